"""Articles are written, published, looked at again and taken back, in every chat: BEHAVIOUR 32 and 35."""

import pytest
from sqlmodel import Session

from bot.words import Reply
from kb import Article
from storage import articles
from storage.knowledge import ArticleRow
from tests.stories.company import Company, Person, on_both, refused, words_of


async def opened(who: Person, reply: Reply) -> Reply:
    """A form, also where it stands behind a button."""
    return reply if reply.form or not reply.card else await who.clicks(reply.card.buttons[0].label)


async def written(who: Person, title: str, text: str, **answers: str) -> Reply:
    return await who.submits(await who.says("/kb new"), title=title, text=text, **answers)


async def changed(who: Person, article: str, **answers: str) -> Reply:
    return await who.submits(await opened(who, await who.says(f"/kb edit {article}")), **answers)


async def rows(company: Company, id: str) -> list[ArticleRow]:
    return [row for row in await company.reads(ArticleRow, ArticleRow.version) if row.id == id]


@on_both
async def test_32_an_article_is_written_as_a_draft_and_published_by_a_lead(company: Company) -> None:
    """BEHAVIOUR 32, 35: a lead publishes it."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    kept = await written(
        ben, "Übers WLAN drucken", "Choose the printer *twice*.", category="Hardware", tags="wifi, print"
    )
    assert "is kept as a draft" in words_of(kept) and "until Lena Vogt or Max Stein publishes it" in words_of(kept)
    refused(await ana.says("/kb show übers-wlan-drucken"), "There is no article")
    refused(await ben.says("/kb publish übers-wlan-drucken"), "is for its team's leads", "Ask Lena Vogt, Max Stein")
    told = await lena.says("/kb publish übers-wlan-drucken")
    assert "is published" in words_of(told)
    await company.heartbeat.beat("knowledge")
    found = await ana.says("/kb wlan drucken")
    assert "/kb show" not in words_of(found), "its button does that"
    await ana.clicks("1. Übers WLAN drucken")
    shown = ana.was_told_privately("Choose the printer")
    assert shown.buttons == ["This fixed it", "Not helpful"], "a reader keeps nothing"
    [row] = await rows(company, "übers-wlan-drucken")
    assert (row.author, row.owner, row.tags, row.category) == ("ben", "ben", ["wifi", "print"], "Hardware")


async def test_32_what_is_read_stays_while_a_draft_waits(company: Company) -> None:
    """BEHAVIOUR 32: the form is filled in with the newest text, and readers see the version that stands."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    form = await opened(ben, await ben.says("/kb edit printer-jam"))
    assert form.form and form.form.answers["text"] == "Open the printer, pull the paper out."
    kept = await ben.submits(form, text="Switch it off first.\nPull the paper out.")
    assert "-Open the printer, pull the paper out." in words_of(kept) and "+Switch it off first." in words_of(kept)
    assert "Open the printer" in words_of(await ana.says("/kb show printer-jam"))
    again = await opened(ben, await ben.says("/kb edit printer-jam"))
    assert again.form and again.form.answers["text"].startswith("Switch it off"), "the draft is gone on with"
    seen = await lena.says("/kb show printer-jam")
    assert seen.card and "Show the draft" in [button.label for button in seen.card.buttons]
    draft = await lena.clicks("Show the draft")
    assert "Switch it off first." in words_of(draft)
    assert "is published" in words_of(await lena.clicks("Publish"))
    assert "Switch it off first." in words_of(await ana.says("/kb show printer-jam"))


async def test_35_who_is_to_publish_a_draft_hears_of_it_and_its_writer_of_what_came_of_it(company: Company) -> None:
    """BEHAVIOUR 35: once until it is published, however often it is changed meanwhile."""
    ben, lena = company.people("ben", "lena")
    await written(ben, "Scan to mail", "Press Scan.")
    waits = lena.heard("An article waits for you", pinged=True)
    assert "“Scan to mail” by Ben Adler" in waits.words
    await changed(ben, "scan-to-mail", text="Press Scan, then Mail.")
    assert len([m for m in lena.talk.messages() if "An article waits for you" in m.words]) == 1
    assert "then Mail" in words_of(await lena.clicks("Show it", in_="@lena", on="An article waits for you"))
    await lena.says("/kb publish scan-to-mail")
    ben.heard("“Scan to mail” is published by Lena Vogt", pinged=True)
    assert not any("An article waits for you" in m.words for m in lena.talk.messages())
    await changed(lena, "scan-to-mail", text="Press Mail.")
    assert not any("An article waits for you" in m.words for m in lena.talk.messages())


async def test_32_two_who_write_at_once_lose_nothing(company: Company) -> None:
    """BEHAVIOUR 32: the second is told what came meanwhile, and both texts are versions."""
    ben, chloe, lena = company.people("ben", "chloe", "lena")
    mine, hers = [await opened(who, await who.says("/kb edit excel-macro")) for who in (ben, chloe)]
    await chloe.submits(hers, text="Ask IT first.")
    told = await ben.submits(mine, text="Never allow macros.")
    assert told.card and told.card.tone == "warning"
    assert "version 2 by Chloe Martin came" in words_of(told) and "yours is version 3" in words_of(told)
    assert "-Ask IT first." in words_of(told) and "+Never allow macros." in words_of(told)
    assert [row.body for row in await rows(company, "excel-macro")][1:] == ["Ask IT first.", "Never allow macros."]
    told = await lena.says("/kb history excel-macro")
    assert "Version 2" in words_of(told) and "by Ben Adler" in words_of(told)
    assert "+Never allow macros." in words_of(told)


async def test_32_what_one_publishes_is_what_one_saw(company: Company) -> None:
    """BEHAVIOUR 32."""
    ben, lena = company.people("ben", "lena")
    await changed(ben, "excel-macro", text="Ask IT first.")
    await lena.says("/kb show excel-macro")
    await lena.clicks("Show the draft")
    message, publish = lena.button("Publish")
    await changed(ben, "excel-macro", text="Never.")
    refused(await lena.presses(publish, message), "Version 3 by Ben Adler came meanwhile")


@on_both
async def test_32_a_draft_is_discarded_and_what_is_published_stands(company: Company) -> None:
    """BEHAVIOUR 32: by whoever may edit it; who was asked to publish it, and who wrote it, hear of it."""
    ben, chloe, lena = company.people("ben", "chloe", "lena")
    refused(await ben.says("/kb discard excel-macro"), "No draft of", "waits")
    await changed(ben, "excel-macro", text="Ask IT first.")
    await changed(ben, "excel-macro", text="Never.")
    told = await chloe.says("/kb discard excel-macro")
    assert "has no draft any more" in words_of(told) and "Version 1 stands as it was" in words_of(told)
    assert [(row.version, row.status, row.discarded_at is not None) for row in await rows(company, "excel-macro")] == [
        (1, "published", False),
        (2, "draft", False),
        (3, "draft", True),
    ]
    assert "No draft waits" in words_of(await ben.says("/kb drafts"))
    assert "discarded draft" in words_of(await ben.says("/kb history excel-macro"))
    refused(await lena.says("/kb publish excel-macro"), "no draft of it waits")
    refused(await chloe.says("/kb discard excel-macro"), "No draft of", "waits")
    lena.heard("The draft of “Allow macros in Excel” is discarded by Chloe Martin")
    ben.heard("The draft of “Allow macros in Excel” is discarded by Chloe Martin", pinged=True)
    await changed(ben, "excel-macro", text="Only signed ones.")
    lena.heard("An article waits for you", pinged=True)
    assert "is published" in words_of(await lena.says("/kb publish excel-macro"))


async def test_32_what_one_discards_or_edits_is_what_one_saw(company: Company) -> None:
    """BEHAVIOUR 32."""
    ben, chloe, lena = company.people("ben", "chloe", "lena")
    await changed(ben, "excel-macro", text="Ask IT first.")
    await ben.says("/kb show excel-macro")
    await ben.clicks("Show the draft")
    message, discard = ben.button("Discard the draft")
    form = await opened(lena, await lena.says("/kb edit excel-macro"))
    await changed(chloe, "excel-macro", text="Never.")
    refused(await ben.presses(discard, message), "Version 3 by Chloe Martin came meanwhile")
    await chloe.says("/kb discard excel-macro")
    refused(await ben.presses(discard, message), "Version 2 is discarded")
    told = words_of(await lena.submits(form, text="Only signed ones."))
    assert "While you wrote, version 2 was discarded. Yours is version 4" in told


async def test_32_what_the_version_before_publishes_is_discarded_no_more(company: Company) -> None:
    """BEHAVIOUR 32: to it a discarded draft waits."""
    ben, lena = company.people("ben", "lena")
    await changed(ben, "excel-macro", text="Ask IT first.")
    await lena.says("/kb discard excel-macro")
    await company.database.write(
        lambda db: setattr(db.get(ArticleRow, ("main", "excel-macro", 2)), "status", "published")
    )
    assert "**Version 2** · published" in words_of(await ben.says("/kb history excel-macro"))


async def test_32_a_draft_of_what_was_never_published_is_not_discarded(company: Company) -> None:
    """BEHAVIOUR 32."""
    (ben,) = company.people("ben")
    await written(ben, "Scan to mail", "Scan it.")
    refused(await ben.says("/kb discard scan-to-mail"), "was never published", "archive scan-to-mail")


async def test_32_a_draft_of_a_folder_is_published_as_a_version_of_who_publishes_it(company: Company) -> None:
    """BEHAVIOUR 32: what the folder itself said stays as it was."""
    [lena] = company.people("lena")
    draft = {"title": "Allow macros", "body": "Ask IT.", "status": "draft", "at": company.clock.now()}
    await company.database.write(lambda db: db.add(ArticleRow(workspace="main", id="excel-macro", version=2, **draft)))
    told = await lena.says("/kb publish excel-macro")
    assert told.card and "published, version 3" in str(told.card.facts[0].value).lower()
    said = words_of(await lena.says("/kb history excel-macro"))
    assert "by Lena Vogt" in said and "from a folder" in said
    assert [row.status for row in await rows(company, "excel-macro")] == ["published", "draft", "published"]


async def test_32_an_article_is_archived_and_comes_back(company: Company) -> None:
    """BEHAVIOUR 32."""
    ana, ben, lena = company.people("ana", "ben", "lena")
    refused(await ben.says("/kb archive printer-jam"), "is for its owner, its team's leads and admins")
    assert "is archived" in words_of(await lena.says("/kb archive printer-jam"))
    await company.heartbeat.beat("knowledge")
    refused(await ana.says("/kb show printer-jam"), "There is no article")
    assert "Nobody has written about this yet" in words_of(await ana.says("/kb paper jam"))
    refused(await lena.says("/kb archive printer-jam"), "is archived", "printer-jam` brings it back")
    await lena.says("/kb publish printer-jam")
    assert "pull the paper out" in words_of(await ana.says("/kb show printer-jam"))
    refused(await lena.says("/kb publish printer-jam"), "no draft of it waits")


async def test_32_an_article_that_is_not_there_is_guessed_by_its_name(company: Company) -> None:
    """BEHAVIOUR 32: and nothing is guessed of another name, whatever its words find."""
    ana = company["ana"]
    refused(await ana.says("/kb show printer-jams"), "There is no article", "Did you mean “printer-jam”?")
    desktop = Article("gnome-net-vpn", "VPN", "The vpn of the desktop: vpn settings, vpn menu.")
    await company.keeps(desktop)
    refused(await ana.says("/kb show vpn"), "Did you mean “vpn-drops”?")
    reply = await ana.says("/kb show pull-paper")
    refused(reply, "There is no article")
    assert "Did you mean" not in words_of(reply)


async def test_32_an_owner_publishes_only_what_is_theirs_already(company: Company) -> None:
    """BEHAVIOUR 35: nobody becomes the owner by saying so in a draft."""
    ben, lena = company.people("ben", "lena")
    await written(ben, "Mine alone", "Text.")
    refused(await ben.says("/kb publish mine-alone"), "Ask Lena Vogt")
    await lena.says("/kb publish mine-alone")
    await changed(ben, "mine-alone", text="Better text.")
    assert "is published" in words_of(await ben.says("/kb publish mine-alone"))


async def test_32_an_article_for_a_team_is_read_and_changed_by_it(company: Company) -> None:
    """BEHAVIOUR 32: its audience; others learn nothing of it."""
    ben, dev, lena = company.people("ben", "dev", "lena")
    await written(dev, "Core switch", "The password is in the safe.", audience="network")
    await lena.says("/kb publish core-switch")
    await company.heartbeat.beat("knowledge")
    assert "in the safe" in words_of(await dev.says("/kb show core-switch"))
    for asked in ("show", "edit", "history", "publish", "archive", "review"):
        refused(await ben.says(f"/kb {asked} core-switch"), "There is no article")
    assert "Core switch" not in words_of(await ben.says("/kb core switch"))


async def test_32_the_owner_is_asked_once_whether_it_is_still_true(company: Company) -> None:
    """BEHAVIOUR 32: and says so with a click."""
    ben, lena = company.people("ben", "lena")
    await written(lena, "Badge readers", "Hold the badge.", months="2")
    await lena.says("/kb publish badge-readers")
    await company.time_passes(days=60)
    assert "Badge readers" not in words_of(await lena.says("/kb drafts"))
    await company.time_passes(days=2)
    lena.heard("Is “Badge readers” still true?")
    assert "Badge readers" in words_of(await ben.says("/kb drafts"))
    await company.time_passes(days=30)
    assert len([m for m in lena.talk.messages() if "still true?" in m.words]) == 1
    await lena.clicks("Still true")
    assert "no review is due" in words_of(await ben.says("/kb drafts"))
    [row] = await rows(company, "badge-readers")
    assert row.review_at and (row.review_at - company.clock.now()).days in (364, 365)
    await lena.says("/kb review badge-readers 6")
    [row] = await rows(company, "badge-readers")
    assert row.review_at and (row.review_at - company.clock.now()).days in range(180, 185)


async def test_32_without_an_owner_the_team_is_asked(company: Company) -> None:
    """BEHAVIOUR 32."""
    lena = company["lena"]
    await written(lena, "Badge readers", "Hold the badge.", months="1", category="Network Access")
    await company.database.write(lambda db: setattr(db.get(ArticleRow, ("main", "badge-readers", 1)), "owner", ""))
    await lena.says("/kb publish badge-readers")
    await company.time_passes(days=32)
    company.room("triage-network").hears("Is “Badge readers” still true?")


async def test_32_what_a_form_cannot_name_stays_as_it_was(company: Company) -> None:
    """BEHAVIOUR 32: what is for a team that has gone is everyone's only when somebody says so."""
    ada = company["ada"]
    await written(ada, "Payslips", "Hold it.")
    gone = {"audience": "vanished", "category": "Payroll"}

    def vanish(db: Session) -> None:
        articles.one(db, "main", "payslips", 1).sqlmodel_update(gone)

    await company.database.write(vanish)
    await changed(ada, "payslips", text="Keep it.")
    await changed(ada, "payslips", audience="network", category="Network Access")
    await changed(ada, "payslips", audience="everyone")
    assert [(row.audience, row.category) for row in await rows(company, "payslips")] == [
        ("vanished", "Payroll"),
        ("vanished", "Payroll"),
        ("network", "Network Access"),
        ("everyone", "Network Access"),
    ]


@pytest.mark.parametrize(("audience", "asked"), [("network", True), ("vanished", False)])
async def test_32_nobody_is_asked_about_what_they_may_not_read(company: Company, audience: str, asked: bool) -> None:
    """BEHAVIOUR, roles: its owner has left the team, or the team has gone from the settings."""
    now = company.clock.now()
    known = {"status": "published", "owner": "ben", "audience": audience, "review_at": now, "remind_at": now}
    row = ArticleRow(workspace="main", id="keys", title="Master keys", body="x", at=now, **known)
    await company.database.write(lambda db: db.add(row.model_copy()))
    await company.time_passes(hours=1)
    for room in ("@ben", "triage-it"):
        company.room(room).never_hears("Master keys", reader="ben")
    team = company.room("triage-network")
    assert any("Is “Master keys” still true?" in message.words for message in team.messages()) == asked


async def test_32_what_a_form_cannot_hold_is_not_cut(company: Company) -> None:
    """BEHAVIOUR 32: told where else it can be edited; the browser's form holds it."""
    ben, long = company["ben"], "All about it. " * 400
    row = ArticleRow(workspace="main", id="long-one", title="Long one", body=long.strip(), at=company.clock.now())
    await company.database.write(lambda db: db.add(row.model_copy()))
    reply = await ben.says("/kb edit long-one")
    if company.chat.name == "web":
        assert reply.form and reply.form.answers["text"] == long.strip()
    else:
        holds = {"slack": "3,000", "discord": "4,000"}[company.chat.name]
        refused(reply, "has 5,599 characters", f"a form holds {holds} here", "it would be cut", "`long-one.md`")


@pytest.mark.parametrize(
    ("title", "id"),
    [("打印机 卡纸", "打印机-卡纸"), ("🎉", "article"), ("VPN does not connect", "vpn-does-not-connect")],
)
async def test_32_ids_are_readable_and_each_is_given_once(company: Company, title: str, id: str) -> None:
    """BEHAVIOUR 32."""
    ben = company["ben"]
    for expected in (id, f"{id}-2"):
        kept = await written(ben, title, "Text.")
        assert kept.card and kept.card.buttons[0].answers["article"] == expected


async def test_32_a_form_that_is_refused_gives_its_words_back(company: Company) -> None:
    """BEHAVIOUR 1, 32: who may not write articles any more loses nothing of what they wrote."""
    (ben,) = company.people("ben")
    text = "Hold the button for ten seconds, until the light has gone out, then start it again."
    form = await ben.says("/kb new")
    await company.settings_change(("      ben: {skills: [hardware]}\n", ""))
    refused(await ben.submits(form, title="A restart", text=text), "only", text)


async def test_35_a_draft_that_is_archived_waits_for_nobody(company: Company) -> None:
    """BEHAVIOUR 35."""
    ben, lena = company.people("ben", "lena")
    await written(ben, "Scan to mail", "Press Scan.")
    lena.heard("An article waits for you")
    await lena.says("/kb archive scan-to-mail")
    assert lena.heard("“Scan to mail” is archived by Lena Vogt").buttons == ["Show it"]
