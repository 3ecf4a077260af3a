"""The closed list of rights statements: rightsstatements.org and Creative Commons, each by its address."""

from __future__ import annotations

from webapp.languages import N_

_RS = "http://rightsstatements.org/vocab/{}/1.0/"
_CC = "https://creativecommons.org/{}/"

RIGHTS: dict[str, str] = {
    _CC.format("publicdomain/mark/1.0"): N_("Public domain"),
    _CC.format("publicdomain/zero/1.0"): N_("CC0, given up by its authors"),
    _CC.format("licenses/by/4.0"): N_("CC BY 4.0, attribution"),
    _CC.format("licenses/by-sa/4.0"): N_("CC BY-SA 4.0, attribution, same terms"),
    _CC.format("licenses/by-nc/4.0"): N_("CC BY-NC 4.0, attribution, not commercial"),
    _CC.format("licenses/by-nc-sa/4.0"): N_("CC BY-NC-SA 4.0, attribution, not commercial, same terms"),
    _CC.format("licenses/by-nd/4.0"): N_("CC BY-ND 4.0, attribution, unchanged"),
    _CC.format("licenses/by-nc-nd/4.0"): N_("CC BY-NC-ND 4.0, attribution, not commercial, unchanged"),
    _RS.format("InC"): N_("In copyright"),
    _RS.format("InC-OW-EU"): N_("In copyright, an orphan work of the European Union"),
    _RS.format("InC-EDU"): N_("In copyright, educational use permitted"),
    _RS.format("InC-NC"): N_("In copyright, non-commercial use permitted"),
    _RS.format("InC-RUU"): N_("In copyright, the holder of the rights cannot be found"),
    _RS.format("NoC-CR"): N_("No copyright, contractual restrictions"),
    _RS.format("NoC-NC"): N_("No copyright, non-commercial use only"),
    _RS.format("NoC-OKLR"): N_("No copyright, other known legal restrictions"),
    _RS.format("NoC-US"): N_("No copyright in the United States"),
    _RS.format("CNE"): N_("Copyright not evaluated"),
    _RS.format("UND"): N_("Copyright undetermined"),
    _RS.format("NKC"): N_("No known copyright"),
}
