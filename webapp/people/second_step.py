"""The second step of signing in: one-time codes of an app, recovery codes, passkeys; as we want them."""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

import qrcode
from flask import current_app
from flask_security import MfRecoveryCodesUtil, Totp, WebauthnUtil
from markupsafe import Markup
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from webapp.database import session
from webapp.people import audit
from webapp.people.models import Person


class Codes(Totp):
    """One-time codes of an app (RFC 6238); a code that was used is not accepted again."""

    def get_last_counter(self, user: Any) -> int | None:
        return user.tf_last_counter

    def set_last_counter(self, user: Any, tmatch: Any) -> None:
        user.tf_last_counter = tmatch.counter

    def generate_qrcode(self, username: str, totp: str) -> str:
        """An SVG that stands in the page itself: the policy allows no picture from a ``data:`` address."""
        return qr_svg(self.get_totp_uri(username, totp))


def qr_svg(text: str) -> Markup:
    """The text as a QR code, black on white in day and night, since cameras want it so."""
    code = qrcode.QRCode(border=4)
    code.add_data(text)
    rows = code.get_matrix()
    path = "".join(f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark)
    size = len(rows)
    return Markup(
        '<svg viewBox="0 0 {0} {0}" width="240" height="240" shape-rendering="crispEdges" aria-hidden="true"'
        ' focusable="false"><path fill="#fff" d="M0 0h{0}v{0}H0z"/><path fill="#000" d="{1}"/></svg>'
    ).format(size, path)


class RecoveryCodes(MfRecoveryCodesUtil):
    """Recovery codes, shown once when they are made: only a keyed hash of each is kept, and each works once."""

    def create_recovery_codes(self, user: Any) -> list[str]:
        codes = super().create_recovery_codes(user)
        user.mf_recovery_codes = [_keyed(code) for code in codes]
        audit.note(session(), "recovery codes", by=user)
        return codes

    def get_recovery_codes(self, user: Any) -> list[str]:
        return []

    def check_recovery_code(self, user: Any, code: str) -> bool:
        return _keyed(code) in (user.mf_recovery_codes or [])

    def delete_recovery_code(self, user: Any, code: str) -> bool:
        kept = [each for each in user.mf_recovery_codes or [] if each != _keyed(code)]
        spent = len(kept) < len(user.mf_recovery_codes or [])
        user.mf_recovery_codes = kept
        audit.note(session(), "recovery code used", by=user)
        return spent


def _keyed(code: str) -> str:
    # Typed from paper: case, spaces and dashes do not matter.
    plain = "".join(character for character in code.lower() if character.isalnum())
    return hmac.new(current_app.secret_key.encode(), plain.encode(), hashlib.sha256).hexdigest()  # type: ignore[union-attr]


class Passkeys(WebauthnUtil):
    """Passkeys of any kind (in the device or beside it) that ask for a finger, a face or a PIN: two steps in one."""

    def authenticator_selection(self, user: Any, usage: str) -> AuthenticatorSelectionCriteria:
        return AuthenticatorSelectionCriteria(
            user_verification=UserVerificationRequirement.REQUIRED, resident_key=ResidentKeyRequirement.REQUIRED
        )

    def user_verification(self, user: Any, usage: list[str]) -> UserVerificationRequirement:
        return UserVerificationRequirement.REQUIRED


def has_second_step(person: Person) -> bool:
    """Whether more than a password is needed to come in as this person, or a passkey is at hand."""
    return bool(person.tf_primary_method or person.webauthn)
