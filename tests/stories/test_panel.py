"""The panel: a message that stands in a room and offers help to whoever comes by."""

from bot.words import Button
from storage.tables import Post
from tests.stories.answer import words_of
from tests.stories.company import Company

ASKING = Button("Ask for help", "ticket", style="primary")


async def test_01_the_panel_opens_the_form_for_whoever_comes_by(company: Company) -> None:
    """BEHAVIOUR 1, 22: one message, however often the settings are read, and a button that works after a restart."""
    await company.settings_change(("watched: [it-help]}", "watched: [it-help], panel: it-help}"))
    await company.restarts()
    await company.settings_change(("give_up: 24h", "give_up: 25h"))
    panel = company.room("it-help").hears("Need help?", times=1)
    assert panel.buttons == ["Ask for help", "My tickets"]
    ana = company["ana"]
    asked = await company.chat.presses("ana", ASKING, panel)
    assert asked.form and asked.form.verb == "ticket"
    sent = await company.chat.submits("ana", asked.form, {"text": "my laptop is broken"}, panel)
    assert not sent.failed, words_of(sent)
    assert [ticket.requester for ticket in await company.tickets()] == ["ana"]
    assert "IT-1001" in words_of(await ana.says("/tickets"))


async def test_5_whoever_greets_the_desk_is_told_what_it_does(company: Company) -> None:
    """BEHAVIOUR 5, 4: a greeting is no ticket, and nobody who comes with one is left without an answer."""
    ana = company["ana"]
    greeted = await ana.says("hello")
    assert "Need help?" in words_of(greeted)
    assert greeted.card and [button.verb for button in greeted.card.buttons] == ["ticket", "tickets"]
    assert not words_of(await ana.says("thanks!"))


async def test_20_the_cards_of_a_closed_ticket_are_over(company: Company) -> None:
    """BEHAVIOUR 20: where a chat can close a thread, nothing more is said below the cards of a closed ticket."""

    async def over() -> list[bool]:
        cards = [post for post in await company.reads(Post, Post.key) if post.key.startswith(("card:", "mine:"))]
        return ['"over":true' in post.card for post in cards]

    ana, ben = company.people("ana", "ben")
    await ana.says("/ticket my laptop is broken")
    await ben.says("/claim IT-1001")
    await ben.says("/resolve IT-1001 the cable was loose")
    assert await over() == [False, False]
    await ana.says("/fixed IT-1001")
    assert await over() == [True, True]
