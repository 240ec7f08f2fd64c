"""What every letter says in every language: the rows of the table of all kinds of mail."""

from typing import NamedTuple

from opendeur.enums import InvitationRole, Language, MessageKind

NL, FR, EN = Language.NL, Language.FR, Language.EN
VISITOR, HOST = InvitationRole.VISITOR, InvitationRole.HOST


class Letter(NamedTuple):
    """A kind of mail, and for an invitation whom it is for."""

    kind: MessageKind
    role: InvitationRole | None = None


class Words(NamedTuple):
    """What a letter says: subject, heading of text and of HTML, and what its calendar entry
    is called."""

    subject: str
    heading: str
    summary: str | None = None


#: The words of every letter in every language; a kind of mail without a row fails below.
WORDS: dict[Letter, dict[Language, Words]] = {
    Letter(MessageKind.SIGN_IN): {
        NL: Words("Aanmelden bij Opendeur", "Aanmelden"),
        FR: Words("Se connecter à Opendeur", "Se connecter"),
        EN: Words("Sign in to Opendeur", "Sign in"),
    },
    Letter(MessageKind.RECEIPT): {
        NL: Words(
            "We hebben uw voorkeuren voor Opendeurweek", "Lotte, we hebben uw voorkeuren"
        ),
        FR: Words(
            "Nous avons vos préférences pour Semaine portes ouvertes",
            "Lotte, nous avons vos préférences",
        ),
        EN: Words(
            "We have your preferences for Open-door week", "Lotte, we have your preferences"
        ),
    },
    Letter(MessageKind.NO_PLACE): {
        NL: Words(
            "Deze keer geen plaats voor u: Opendeurweek",
            "Lotte, deze keer was er geen plaats voor u",
        ),
        FR: Words(
            "Pas de place pour vous cette fois : Semaine portes ouvertes",
            "Lotte, il n’y avait pas de place pour vous cette fois",
        ),
        EN: Words(
            "No place for you this time: Open-door week",
            "Lotte, there was no place for you this time",
        ),
    },
    Letter(MessageKind.NO_GUESTS): {
        NL: Words("Deze keer komt niemand: Zavelput", "Deze keer komt niemand naar Zavelput"),
        FR: Words(
            "Personne ne vient cette fois : Zavelput",
            "Personne ne vient chez Zavelput cette fois",
        ),
        EN: Words("Nobody comes this time: Zavelput", "Nobody comes to Zavelput this time"),
    },
    Letter(MessageKind.SEAT_OFFER): {
        NL: Words(
            "Er is een plaats vrij: Zavelput, maandag 9 november om 9:30",
            "Lotte, er is een plaats vrij bij Zavelput",
        ),
        FR: Words(
            "Une place est libre : Zavelput, lundi 9 novembre à 9 h 30",
            "Lotte, une place est libre chez Zavelput",
        ),
        EN: Words(
            "A place is free: Zavelput, Monday 9 November at 9:30",
            "Lotte, a place is free at Zavelput",
        ),
    },
    Letter(MessageKind.NEW, VISITOR): {
        NL: Words(
            "Uitnodiging: Zavelput, maandag 9 november om 9:30",
            "Lotte, u bent welkom bij Zavelput",
            "Bezoek aan Zavelput",
        ),
        FR: Words(
            "Invitation : Zavelput, lundi 9 novembre à 9 h 30",
            "Lotte, on vous attend chez Zavelput",
            "Visite : Zavelput",
        ),
        EN: Words(
            "Invitation: Zavelput, Monday 9 November at 9:30",
            "Lotte, you are welcome at Zavelput",
            "Visit to Zavelput",
        ),
    },
    Letter(MessageKind.CHANGED, VISITOR): {
        NL: Words(
            "Gewijzigd: Zavelput, maandag 9 november om 9:30",
            "Uw bezoek aan Zavelput is gewijzigd",
            "Bezoek aan Zavelput",
        ),
        FR: Words(
            "Modifié : Zavelput, lundi 9 novembre à 9 h 30",
            "Votre visite chez Zavelput a changé",
            "Visite : Zavelput",
        ),
        EN: Words(
            "Changed: Zavelput, Monday 9 November at 9:30",
            "Your visit to Zavelput has changed",
            "Visit to Zavelput",
        ),
    },
    Letter(MessageKind.CANCELLED, VISITOR): {
        NL: Words(
            "Geannuleerd: Zavelput, maandag 9 november",
            "Uw bezoek aan Zavelput gaat niet door",
            "Bezoek aan Zavelput",
        ),
        FR: Words(
            "Annulé : Zavelput, lundi 9 novembre",
            "Votre visite chez Zavelput est annulée",
            "Visite : Zavelput",
        ),
        EN: Words(
            "Cancelled: Zavelput, Monday 9 November",
            "Your visit to Zavelput is cancelled",
            "Visit to Zavelput",
        ),
    },
    Letter(MessageKind.NEW, HOST): {
        NL: Words(
            "1 persoon komt op maandag 9 november om 9:30",
            "Zavelput, uw bezoek gaat door",
            "Opendeur: 1 persoon komt",
        ),
        FR: Words(
            "1 personne vient le lundi 9 novembre à 9 h 30",
            "Zavelput, votre visite a lieu",
            "Porte ouverte : 1 personne vient",
        ),
        EN: Words(
            "1 person comes on Monday 9 November at 9:30",
            "Zavelput, your visit takes place",
            "Open door: 1 person comes",
        ),
    },
    Letter(MessageKind.CHANGED, HOST): {
        NL: Words(
            "Gewijzigd: bezoek van maandag 9 november om 9:30",
            "Het bezoek van maandag 9 november is gewijzigd",
            "Opendeur: 1 persoon komt",
        ),
        FR: Words(
            "Modifié : visite du lundi 9 novembre à 9 h 30",
            "La visite du lundi 9 novembre a changé",
            "Porte ouverte : 1 personne vient",
        ),
        EN: Words(
            "Changed: visit of Monday 9 November at 9:30",
            "The visit of Monday 9 November has changed",
            "Open door: 1 person comes",
        ),
    },
    Letter(MessageKind.CANCELLED, HOST): {
        NL: Words(
            "Geannuleerd: bezoek van maandag 9 november om 9:30",
            "Het bezoek van maandag 9 november gaat niet door",
            "Opendeur: 0 personen komen",
        ),
        FR: Words(
            "Annulé : visite du lundi 9 novembre à 9 h 30",
            "La visite du lundi 9 novembre n’a pas lieu",
            "Porte ouverte : 0 personne vient",
        ),
        EN: Words(
            "Cancelled: visit of Monday 9 November at 9:30",
            "The visit of Monday 9 November does not take place",
            "Open door: 0 people come",
        ),
    },
}

WORDS[Letter(MessageKind.FORWARDED)] = {
    NL: Words(
        "Van Lotte Vermeiren: Vraag", "Iemand beantwoordde een uitnodiging in eigen woorden"
    ),
    FR: Words(
        "De Lotte Vermeiren : Vraag", "Quelqu’un a répondu à une invitation avec ses mots"
    ),
    EN: Words(
        "From Lotte Vermeiren: Vraag", "Somebody answered an invitation in their own words"
    ),
}

WORDS[Letter(MessageKind.PROPOSAL_REFUSED)] = {
    NL: Words(
        "Het bezoek blijft op maandag 9 november om 9:30",
        "Het moment dat u voorstelde is niet mogelijk",
    ),
    FR: Words(
        "La visite reste le lundi 9 novembre à 9 h 30",
        "Le moment que vous avez proposé n’est pas possible",
    ),
    EN: Words(
        "The visit stays on Monday 9 November at 9:30",
        "The time that you proposed is not possible",
    ),
}

#: Why somebody gets the letter, in a line at its end.
WHY: dict[MessageKind | InvitationRole, dict[Language, str]] = {
    MessageKind.SIGN_IN: {
        NL: "U krijgt dit bericht omdat iemand dit adres opgaf om zich aan te melden.",
        FR: "Vous recevez ce message parce que quelqu’un a indiqué cette adresse pour se "
        "connecter.",
        EN: "You get this message because somebody gave this address to sign in.",
    },
    MessageKind.FORWARDED: {
        NL: "U krijgt dit bericht omdat dit het postvak van Opendeurweek is.",
        FR: "Vous recevez ce message parce que cette adresse est celle de Semaine portes "
        "ouvertes.",
        EN: "You get this message because this is the mailbox of Open-door week.",
    },
    MessageKind.PROPOSAL_REFUSED: {
        NL: "U krijgt dit bericht omdat uw agenda een ander moment voorstelde.",
        FR: "Vous recevez ce message parce que votre agenda a proposé un autre moment.",
        EN: "You get this message because your calendar proposed another time.",
    },
    VISITOR: {
        NL: "U krijgt dit bericht omdat u voorkeuren gaf voor Opendeurweek.",
        FR: "Vous recevez ce message parce que vous avez indiqué des préférences pour Semaine "
        "portes ouvertes.",
        EN: "You get this message because you gave preferences for Open-door week.",
    },
    HOST: {
        NL: "U krijgt dit bericht omdat uw organisatie deelneemt aan Opendeurweek.",
        FR: "Vous recevez ce message parce que votre organisation participe à Semaine portes "
        "ouvertes.",
        EN: "You get this message because your organisation takes part in Open-door week.",
    },
}
