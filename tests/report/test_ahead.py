"""The report says what is coming, beside how it did when it was tried; what is published does not."""


def test_what_is_coming_is_said_beside_how_it_was_tried(written):
    (section,) = [x for x in written.page.all("section") if x.attrs["aria-labelledby"] == "ahead"]
    said = " ".join(section.text.split())
    assert "Expected in time, 16 June to 15 September 2026" in said
    assert "Made three months ago, this forecast would have said " in said
    assert "Month by month it missed by " in said
    assert "plans are overdue. In the last three months " in said
    charts = [x for x in written.page.all("desc") if x.within("section") is section]
    assert len(charts) == 4
    assert all("Jun 2026: " in x.text or "May 2026 " in x.text for x in charts)


def test_it_is_not_published(written):
    (section,) = [x for x in written.published_page.all("section") if x.attrs["aria-labelledby"] == "ahead"]
    assert "Not published" in section.text
    assert "Made three months ago" not in section.text
