import time

import pytest

from monitor.sources.html import to_line, to_text

TEXTS = [
    ("", ""),
    ("plain &amp; simple", "plain & simple"),
    ("two\n\nparagraphs &lt;kept&gt;", "two\nparagraphs <kept>"),
    ("<p>One</p>\n<p>Two <b>bold</b><br>line</p>tail", "One\nTwo bold\nline\ntail"),
    ("<ul><li>a<li>b</ul>", "a\nb"),
    ("<table><tr><td>x<td>y</table>", "x\ny"),
    ("<pre>a\n  b</pre>", "a\nb"),
    ("<style>p{}</style>a<script>b</script><noscript>c</noscript><template>d</template><svg><text>e</text></svg>", "a"),
    ("a<!-- hidden -->b", "ab"),
    ("<title>t</title>words", "words"),
    ("a &lt;b&gt; <i>c</i>", "a <b> c"),
    ("<p>unclosed <b>bold<p>next", "unclosed bold\nnext"),
    ("x\u202ey<b>\u200bz</b>", "xyz"),
    ("<frameset>", ""),
    # Slanted titles stand in quotation marks in plain text; emphasis, credits and what is quoted already do not.
    ("<p>Ana Winter joins <em>The Glass Quay</em> on BBC.", "Ana Winter joins “The Glass Quay” on BBC."),
    ("<cite>Undertow</cite> is back, and <i>3 Kin</i>", "“Undertow” is back, and “3 Kin”"),
    ("it is <em>not</em> over, <i>Not under these rules</i>", "it is not over, Not under these rules"),
    ("“<em>Undertow</em>” and <i>Updated:</i> now; <b>x</b><i>Note</i>: y", "“Undertow” and Updated: now; xNote: y"),
    (
        "<p><em>This Article Was Corrected</em></p><p>a<br><i>Photo Credit</i><br>b",
        "This Article Was Corrected\na\nPhoto Credit\nb",
    ),
    ("a <i></i> b <i>…</i> c", "a b … c"),
]


@pytest.mark.parametrize(("markup", "text"), TEXTS)
def test_text(markup, text):
    assert to_text(markup) == text


LINES = [
    ("Law &amp; Order <b>x</b> &#8217;s", "Law & Order x ’s"),
    ("&lt;b&gt;Bold&lt;/b&gt; move", "Bold move"),
    ("Kit &amp;amp; Kin", "Kit & Kin"),
    ("I <3 this", "I <3 this"),
    ("AT&T buys B&B", "AT&T buys B&B"),
    ("<script>alert(1)</script>News", "News"),
    ("one\n two<br>three", "one two three"),
]


@pytest.mark.parametrize(("markup", "line"), LINES)
def test_line(markup, line):
    assert to_line(markup, 100) == line


def test_a_line_is_cut_at_a_word():
    assert to_line("<b>seven words are more than this</b>", 20) == "seven words are…"


def test_deep_nesting_is_bounded():
    started = time.process_time()
    assert to_text("<div>" * 100_000 + "x").strip() in {"", "x"}
    assert time.process_time() - started < 8
