"""What Flask-Security says, in our words: each is told in both languages, at the field or above the form."""

from __future__ import annotations

from typing import Any

from flask_security.babel import FsDomain

from webapp.languages import N_, catalogue, gettext

ERROR, INFO, DONE = "error", "info", "success"

MESSAGES = {
    "API_ERROR": (N_("This could not be used. Begin again."), ERROR),
    "GENERIC_AUTHN_FAILED": (N_("This address and this password do not go together."), ERROR),
    "UNAUTHENTICATED": (N_("Please sign in to see this page."), INFO),
    "LOGIN": (N_("Please sign in to see this page."), INFO),
    "UNAUTHORIZED": (N_("Your account may not do this."), ERROR),
    "REAUTHENTICATION_REQUIRED": (N_("Before this can be changed, say once more who you are."), INFO),
    "REFRESH": (N_("Before this can be changed, say once more who you are."), INFO),
    "REAUTHENTICATION_SUCCESSFUL": (N_("Thank you; you may go on."), INFO),
    "ANONYMOUS_USER_REQUIRED": (N_("You are signed in already."), INFO),
    "INVALID_REDIRECT": (N_("The archive leads only to its own pages."), ERROR),
    "EMAIL_NOT_PROVIDED": (N_("Type your address."), ERROR),
    "INVALID_EMAIL_ADDRESS": (N_("This is not a mail address. One looks like name@example.org."), ERROR),
    "EMAIL_ALREADY_ASSOCIATED": (N_("There is an account with the address %(email)s already."), ERROR),
    "USER_DOES_NOT_EXIST": (N_("This address and this password do not go together."), ERROR),
    "INVALID_PASSWORD": (N_("This is not your password."), ERROR),
    "INVALID_PASSWORD_CODE": (N_("This is not your password."), ERROR),
    "PASSWORD_MISMATCH": (N_("The two passwords are not the same."), ERROR),
    "RETYPE_PASSWORD_MISMATCH": (N_("The two passwords are not the same."), ERROR),
    "PASSWORD_NOT_PROVIDED": (N_("Type a password."), ERROR),
    "PASSWORD_INVALID_LENGTH": (N_("A password has at least %(length)s characters. Four or five words are easy to keep."), ERROR),
    "PASSWORD_TOO_SIMPLE": (N_("This password is too easy to guess."), ERROR),
    "PASSWORD_IS_THE_SAME": (N_("This is the password you have already."), ERROR),
    "PASSWORD_CHANGE": (N_("Your password is changed. Everywhere else you are signed out."), DONE),
    "PASSWORD_RESET_REQUEST": (N_("If there is an account with this address, a letter is on its way. It holds a link that works for one day."), INFO),
    "GENERIC_RECOVERY": (N_("If there is an account with this address, a letter is on its way. It holds a link that works for one day."), INFO),
    "PASSWORD_RESET_EXPIRED": (N_("This link was good for %(within)s. Ask for a new one."), ERROR),
    "INVALID_RESET_PASSWORD_TOKEN": (N_("This link has been used or is not whole. Ask for a new one."), ERROR),
    "PASSWORD_RESET_NO_LOGIN": (N_("Your password is set. Sign in with it."), DONE),
    "FORGOT_PASSWORD": (N_("Forgotten?"), INFO),
    "DISABLED_ACCOUNT": (N_("This account is closed. A keeper of the archive can open it again."), ERROR),
    "INVALID_CODE": (N_("This code is not the right one, or its time is over. Type the one that the app shows now."), ERROR),
    "TWO_FACTOR_INVALID_TOKEN": (N_("This code is not the right one, or its time is over. Type the one that the app shows now."), ERROR),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": (N_("You are signed in."), DONE),
    "TWO_FACTOR_PERMISSION_DENIED": (N_("Begin with your address and password."), ERROR),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": (N_("Choose one of the ways shown."), ERROR),
    "TWO_FACTOR_DISABLED": (N_("The second step is switched off."), DONE),
    "INVALID_RECOVERY_CODE": (N_("This is none of your recovery codes, or it was used already."), ERROR),
    "NO_RECOVERY_CODES_SETUP": (N_("You have no recovery codes yet."), INFO),
    "INVALID_INPUT": (N_("Only letters, figures, spaces and dashes can stand here."), ERROR),
    "INVALID_INPUT_LENGTH": (N_("At most 64 characters can stand here."), ERROR),
    "WEBAUTHN_EXPIRED": (N_("That took longer than %(within)s. Begin again."), ERROR),
    "WEBAUTHN_NAME_REQUIRED": (N_("Give the passkey a name, so that you know it from others."), ERROR),
    "WEBAUTHN_NAME_INUSE": (N_("You have a passkey called %(name)s already."), ERROR),
    "WEBAUTHN_NAME_NOT_FOUND": (N_("You have no passkey called %(name)s."), ERROR),
    "WEBAUTHN_NAME_DISALLOWED_CHARACTERS": (N_("Only letters, figures, spaces and dashes can stand here."), ERROR),
    "WEBAUTHN_CREDENTIAL_DELETED": (N_("The passkey %(name)s is removed."), DONE),
    "WEBAUTHN_REGISTER_SUCCESSFUL": (N_("The passkey %(name)s is added. You can sign in with it from now on."), DONE),
    "WEBAUTHN_CREDENTIAL_ID_INUSE": (N_("This passkey is in the archive already."), ERROR),
    "WEBAUTHN_UNKNOWN_CREDENTIAL_ID": (N_("The archive does not know this passkey. Sign in with your password."), ERROR),
    "WEBAUTHN_ORPHAN_CREDENTIAL_ID": (N_("The archive does not know this passkey. Sign in with your password."), ERROR),
    "WEBAUTHN_NO_VERIFY": (N_("The passkey’s answer cannot be trusted (%(cause)s). Begin again."), ERROR),
    "WEBAUTHN_CREDENTIAL_WRONG_USAGE": (N_("This passkey was made for something else. Sign in with your password."), ERROR),
    "WEBAUTHN_MISMATCH_USER_HANDLE": (N_("This passkey belongs to another account."), ERROR),
    "CHANGE_EMAIL_SENT": (N_("A letter is on its way to %(email)s. Your address changes when you follow its link."), INFO),
    "CHANGE_EMAIL_EXPIRED": (N_("This link was good for %(within)s. Ask for a new one."), ERROR),
    "CHANGE_EMAIL_CONFIRMED": (N_("Your address is changed."), DONE),
}  # fmt: skip

SUBJECTS = {
    "EMAIL_SUBJECT_PASSWORD_RESET": N_("Carottes: a new password"),
    "EMAIL_SUBJECT_PASSWORD_NOTICE": N_("Carottes: your password was set anew"),
    "EMAIL_SUBJECT_PASSWORD_CHANGE_NOTICE": N_("Carottes: your password was changed"),
    "CHANGE_EMAIL_SUBJECT": N_("Carottes: confirm your new address"),
}


class OurWords(FsDomain):
    """Flask-Security's texts from our catalogue; what it says that we have no words for, from its own."""

    def gettext(self, string: str, **variables: Any) -> str:
        ours = string in _OURS or string in catalogue()
        return gettext(string, **variables) if ours else super().gettext(string, **variables)


_OURS = {text for text, _ in MESSAGES.values()} | set(SUBJECTS.values())
