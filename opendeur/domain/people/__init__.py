"""People: how they sign in and stay signed in, and what they are in an edition."""

from opendeur.domain.people.accounts import (
    clean_address,
    describe_account,
    ensure_account,
    find_account,
    let_organise,
)
from opendeur.domain.people.parts import Part, parts_of
from opendeur.domain.people.roles import Roles, roles_of
from opendeur.domain.people.second_factor import (
    confirm_second_factor,
    new_totp_secret,
    provisioning_uri,
    reset_second_factor,
)
from opendeur.domain.people.sessions import (
    ABSOLUTE_LIMIT,
    SEEN_EVERY,
    end_session,
    find_session,
    open_session,
    sessions_of,
    touch_session,
)
from opendeur.domain.people.sign_in import (
    LINK_LASTS,
    SignInSecrets,
    find_link,
    forget_sign_ins,
    issue_sign_in,
    request_sign_in,
    use_code,
    use_link,
)
from opendeur.domain.people.throttling import count as count_try
from opendeur.domain.people.throttling import forget_counts

__all__ = [
    "ABSOLUTE_LIMIT",  # how long a browser stays signed in at most
    "LINK_LASTS",  # how long a sign-in link works
    "SEEN_EVERY",  # how often presence is noted
    "Part",  # an edition in which somebody has a part
    "Roles",  # what one person is in one edition
    "SignInSecrets",  # what a sign-in request hands out once
    "clean_address",  # an e-mail address as it is stored and compared
    "confirm_second_factor",  # check an authenticator's code
    "count_try",  # count what may be done so often, and refuse more
    "describe_account",  # set a person's name and language
    "end_session",  # sign one browser out
    "ensure_account",  # the account of an address, made when there is none
    "find_account",  # the account of an address
    "find_link",  # the request behind a link that can still be used
    "find_session",  # the open session behind a token
    "forget_counts",  # delete counts that no window can use
    "forget_sign_ins",  # delete requests a day after they ended
    "issue_sign_in",  # make a link and a code without counting
    "let_organise",  # give the right to organise a zone's editions
    "new_totp_secret",  # a secret for an authenticator
    "open_session",  # sign a browser in
    "parts_of",  # the editions in which somebody has a part
    "provisioning_uri",  # the address that authenticators read
    "request_sign_in",  # make a link and a code, counted
    "reset_second_factor",  # forget an authenticator that was lost
    "roles_of",  # what an account is in an edition
    "sessions_of",  # where somebody is signed in
    "touch_session",  # note that somebody is still there
    "use_code",  # use up a six-digit code
    "use_link",  # use up a link
]
