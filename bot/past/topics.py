"""What people ask for, and how such talk goes. Plain data; the words fit the categories of the example's settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from random import Random


@dataclass(frozen=True, slots=True)
class Topic:
    """A thing that people ask for again and again.

    asks: how it is put; question: what an agent has to know, with the requester's answer; says: what an agent writes
    meanwhile; fix: what was done in the end. weight: how often it comes, among all.
    """

    category: str
    weight: float
    asks: tuple[str, ...]
    question: tuple[str, str]
    says: str
    fix: str
    urgency: str = "medium"


TOPICS = (
    Topic(
        "Software",
        9,
        (
            "I cannot log in: my password has expired and the reset mail does not come",
            "My account is locked after three tries with the old password",
            "Forgot my password over the holidays, the login page says account locked",
        ),
        ("Which user name do you log in with?", "The short one, as on my badge."),
        "I have unlocked the account. Please wait five minutes and log in once more.",
        "The account was unlocked and a new password set with the requester.",
        "high",
    ),
    Topic(
        "Software",
        5,
        (
            "Outlook asks for my password again and again",
            "Outlook does not send: mails stay in the outbox since this morning",
        ),
        ("Does it work in the browser, at the web mail?", "Yes, there it works."),
        "Please close Outlook; I am setting up your profile anew.",
        "The mail profile was set up anew, and Outlook sends again.",
    ),
    Topic(
        "Software",
        4,
        (
            "Excel crashes when I open the budget file",
            "Excel says that macros are blocked in the monthly report",
        ),
        ("Where does the file lie: on your disk or on the shared drive?", "In the team's folder."),
        "I have the same crash here with your file, so it is not your computer.",
        "The folder was made a trusted location; the file opens with its macros.",
    ),
    Topic(
        "Software",
        4,
        (
            "I need a licence for the drawing software",
            "Please install the statistics software on my computer",
            "The project app says that my licence has run out",
        ),
        ("Which version do your colleagues use?", "The current one, I think. Jo in my team has it."),
        "Your lead has to agree to the cost; I have asked them.",
        "The licence was assigned and the software installed.",
        "low",
    ),
    Topic(
        "Software",
        4,
        (
            "The two-factor app has no codes any more since I have another phone",
            "MFA codes are refused since I changed my phone",
        ),
        ("Can I call you back at your desk, to be sure that it is you?", "Yes, until five."),
        "The old device is taken out. Please scan the code that you get by mail.",
        "The second factor was set up on the new phone.",
        "high",
    ),
    Topic(
        "Software",
        3,
        (
            "Teams has no sound in meetings, in no browser either",
            "The calendar invite of the town hall shows the wrong hour",
        ),
        ("Since when is it so?", "Since the update on Tuesday."),
        "We see it with others too and have told the vendor.",
        "Fixed with the vendor's update of this week.",
    ),
    Topic(
        "Hardware",
        5,
        (
            "My laptop is very loud, the fan never stops",
            "The laptop gets hot and the battery lasts an hour",
            "Blue screen twice today, the laptop restarts by itself",
        ),
        ("What does the sticker on its underside say? It begins with NB.", "NB-2291."),
        "Please bring it by; it takes about an hour.",
        "The fan was cleaned and the battery replaced.",
    ),
    Topic(
        "Hardware",
        4,
        (
            "The printer on the second floor has a paper jam that nobody can clear",
            "The printer prints stripes on every page",
            "Toner is empty on the printer by the kitchen",
        ),
        ("Which printer is it? There is a number on its front.", "P-17."),
        "Somebody is on the way to the printer.",
        "The printer was cleaned and has new toner.",
        "low",
    ),
    Topic(
        "Hardware",
        4,
        (
            "My second monitor stays black at the docking station",
            "The docking station charges, but monitor and keyboard do nothing",
        ),
        ("Does it work with the dock at the next desk?", "Yes, with that one it works."),
        "Then it is the dock. I bring you another one.",
        "The docking station was replaced.",
    ),
    Topic(
        "Hardware",
        3,
        (
            "The headset crackles in every call",
            "The webcam shows only a grey picture",
            "Coffee went over my keyboard, several keys are stuck",
        ),
        ("Is it the company's, or your own?", "The company's."),
        "I have one in the cupboard: you can fetch it any time before four.",
        "A new one was handed out.",
    ),
    Topic(
        "Network Access",
        6,
        (
            "The VPN drops every few minutes when I work from home",
            "The VPN does not connect: it says that the token is wrong",
            "No VPN today: I am at home and cannot work",
        ),
        (
            "Which internet provider do you have at home, and is it over wifi?",
            "Wifi, yes. It is the big one.",
        ),
        "I see your connections end after a minute; I am looking into the gateway's record.",
        "The VPN profile was renewed, and the connection has held since.",
        "high",
    ),
    Topic(
        "Network Access",
        4,
        (
            "Wifi is very slow in meeting room 3",
            "No wifi at all in the north wing since lunch",
        ),
        ("Does it help to sit at the window side?", "A little, but not much."),
        "We measure the room this afternoon.",
        "The access point was on a crowded channel; it has another one now.",
    ),
    Topic(
        "Network Access",
        4,
        (
            "I cannot open the shared drive of finance",
            "The network drive with the contracts is gone from my computer",
        ),
        ("Who of your team has access, so that I can compare?", "Sam has it."),
        "The owner of the folder has to agree; I have asked them.",
        "Access was granted by the folder's owner; the drive is connected at log-in.",
    ),
    Topic(
        "Network Access",
        2,
        (
            "A supplier's page is blocked by the proxy",
            "The firewall blocks the address of our test system",
        ),
        ("What is the exact address?", "I have sent it to you by mail."),
        "It goes through the security review, which takes a day.",
        "The address was allowed after the review.",
        "low",
    ),
    Topic(
        "New Equipment Request",
        4,
        (
            "A new colleague starts on Monday and needs a laptop, a headset and an account",
            "New starter in sales next week: please order the usual set",
        ),
        ("What is the name, and which team?", "It is in the form that I have attached to the mail."),
        "Ordered. It arrives on Thursday.",
        "The set was handed out on the first day.",
    ),
    Topic(
        "New Equipment Request",
        3,
        (
            "I would like to order a standing desk",
            "Please order a new monitor for my home office",
            "I need a replacement for my old mobile phone",
        ),
        ("Has your lead agreed to it?", "Yes, this morning."),
        "It is ordered.",
        "It was delivered.",
        "low",
    ),
    Topic(
        "",
        2,
        (
            "Who can help me with the coffee machine on the third floor?",
            "My badge does not open the garage any more",
            "Where do I find the form for travel expenses?",
        ),
        ("Which building is it?", "The main one."),
        "I have asked facilities.",
        "Settled with facilities.",
        "low",
    ),
)

OUTAGES = (
    ("Software", "The mail server refuses every login, nobody here can read e-mail"),
    ("Network Access", "The internet is gone in the whole office, no website opens"),
    ("Software", "The accounting software shows error message 500 to all of us"),
    ("Network Access", "The VPN gateway cannot be reached by anybody of the team"),
)
"""What breaks for many at once: the category, and the words that all of them begin with."""

THANKS = ("Thanks!", "Thank you very much", "great, thanks a lot")
STILL = ("It is the same as before.", "It worked for an hour, then it came back.", "Not on my side, sorry.")


def topic(random: Random, among: Sequence[Topic] = TOPICS) -> Topic:
    """One of them, as often as its weight says."""
    return random.choices(among, [topic.weight for topic in among])[0]
