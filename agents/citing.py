"""Checks on prose: every figure was computed, every quotation stands in its passage, every cited claim rests on it."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from agents.measures import Measure, measures_in, without
from agents.number_words import spelled_out
from agents.state import Citation
from policies.search.citations import Passage

# One table for the whole product: below `fail` nothing passes, below `alert` somebody is told, `target` is the aim.
FAITHFULNESS = {"fail": Decimal("0.75"), "alert": Decimal("0.85"), "target": Decimal("0.90")}
LONGEST_QUOTE = 400

_FIGURE = re.compile(
    r"(?<![\w-])(?<!\w\.)-?\$?(?:\d[\d,]*(?:\.\d+)?|\.\d+)(?=(?:pct|percent|bps|mos?|yrs?|x|usd)\b|(?!\w))",
    re.IGNORECASE,
)
# $9k and 1.2M are no figures of ours, however near they come; a 401k, a 403b and a 203k are names
_SHORTENED = re.compile(r"(?<![\w.-])(?!(?:401k|203k)\b)\$?\s?\d[\d,]*(?:\.\d+)?\s?(?:k|m|mm|mn|bn)\b", re.IGNORECASE)
_SOURCE = re.compile(r"\[POLICY SOURCE (\d+)\]")
_SENTENCE_END = re.compile(r"(?:(?<=[.!?])|(?<=[.!?][\"”])|(?<=\]))\s+(?=[A-Z\"“])|\n+")
_QUOTED = re.compile(r"[\"“]([^\"”]+)[\"”]")
_WORD = re.compile(r"[a-z0-9][a-z0-9.,'-]*")
_EMPTY_WORDS = frozenset(
    re.findall(
        r"\w+",
        "a an and any are as at be by for from has have if in into is it its may must no not of on or shall should "
        "such than that the their then there these this those to under was were when where which will with would",
    )
)


@dataclass(frozen=True, slots=True)
class Proof:
    """What the checks of one text found: figures without a source, citations that do not hold, and 0 to 1 or None.

    ``uncited_figures`` stand in sentences that cite, and neither in the words quoted there nor among what was computed.
    """

    strange_figures: tuple[str, ...]
    broken_citations: tuple[int, ...]
    faithfulness: Decimal | None
    uncited_figures: tuple[str, ...] = ()

    @property
    def holds(self) -> bool:
        """Whether the text may stand."""
        faithful = self.faithfulness is None or self.faithfulness >= FAITHFULNESS["fail"]
        return not (self.strange_figures or self.broken_citations or self.uncited_figures) and faithful


def plain(text: str) -> str:
    """Return text with white space, case and typographic quotes and dashes made alike, for comparing spans."""
    alike = text.translate({0x2018: "'", 0x2019: "'", 0x201C: '"', 0x201D: '"', 0x2013: "-", 0x2014: "-", 0xA0: " "})
    return " ".join(alike.split()).casefold()


def quotation_stands(quote: str, passage: Passage) -> bool:
    """Whether the quoted words are in the passage, word for word but for white space and case."""
    return bool(quote.strip()) and plain(quote) in plain(passage.text)


def sources_in(text: str) -> set[int]:
    """Return the numbers N of every [POLICY SOURCE N] in a text."""
    return {int(number) for number in _SOURCE.findall(text)}


def citation(source: int, quote: str, passage: Passage) -> Citation:
    """Return the citation of words quoted from a passage."""
    return Citation(
        source=source,
        passage_id=passage.chunk_id,
        document=passage.document,
        version=passage.version,
        page=passage.page,
        section=passage.section,
        quote=quote[:LONGEST_QUOTE],
    )


def broken_citations(text: str, citations: Sequence[Citation], passages: Sequence[Passage]) -> tuple[int, ...]:
    """Return the source numbers that the text leans on and that do not hold.

    A source holds when it was cited, its passage was retrieved (``passages[N - 1]``), and its words stand there.
    """
    standing = {
        cited.source
        for cited in citations
        if 1 <= cited.source <= len(passages)
        and passages[cited.source - 1].chunk_id == cited.passage_id
        and quotation_stands(cited.quote, passages[cited.source - 1])
    }
    named = sources_in(text) | {cited.source for cited in citations}
    return tuple(sorted(named - standing))


def figures_in(text: str, *, apart_from: Iterable[str] = ()) -> list[str]:
    """Return the figures of a text in order, leaving out labels such as section numbers and verified quotations."""
    rest = _SOURCE.sub(" ", text)
    for label in sorted(set(apart_from), key=len, reverse=True):
        if label:
            rest = rest.replace(label, " ")
    return [match.strip("$-").rstrip(".,") for match in _FIGURE.findall(rest)]


def strange_figures(text: str, known: Iterable[Decimal], *, apart_from: Iterable[str] = ()) -> tuple[str, ...]:
    """Return the figures that are no known figure, nor one rounded half up to fewer decimals; signs do not count.

    A figure spelled out must be a known one; one cut short, such as $9k, is strange whatever it stands for.
    """
    known, labels = {abs(figure) for figure in known}, list(apart_from)
    strange = [figure for figure in figures_in(text, apart_from=labels) if not _known(figure, known)]
    rest = without(_SOURCE.sub(" ", text), labels)
    strange += [said.written for said in spelled_out(rest) if said.value not in known]
    return (*strange, *(match.strip() for match in _SHORTENED.findall(rest)))


def _known(figure: str, known: set[Decimal]) -> bool:
    value = Decimal(figure.replace(",", ""))
    if value in known:
        return True
    exponent = value.as_tuple().exponent
    step = Decimal(1).scaleb(exponent if isinstance(exponent, int) else 0)
    return any(value == fact.quantize(step, ROUND_HALF_UP) for fact in known if fact >= step)


def uncited_figures(
    text: str,
    *,
    computed: Iterable[Decimal],
    labels: Iterable[str],
    citations: Sequence[Citation],
    only_citing: bool = False,
) -> tuple[str, ...]:
    """Return the figures, as written, that a sentence takes neither from the words it cites nor from computed facts.

    The words are the quotations of the sources that the sentence itself names; a figure must have their unit where both
    name one. Computed facts may be rounded. ``only_citing`` leaves sentences alone that name no source.
    """
    known, names = {abs(figure) for figure in computed}, list(labels)
    found = []
    for sentence in sentences(text):
        sources = sources_in(sentence)
        if sources or not only_citing:
            quoted = [m for cited in citations if cited.source in sources for m in measures_in(cited.quote)]
            stated = measures_in(_SOURCE.sub(" ", without(sentence, names)))
            found += [measure.written for measure in stated if not _rests_on(measure, quoted, known)]
    return tuple(found)


def _rests_on(measure: Measure, quoted: Sequence[Measure], known: set[Decimal]) -> bool:
    return any(measure.agrees_with(other) for other in quoted) or _known(str(measure.value), known)


def place_labels(passages: Iterable[Passage]) -> set[str]:
    """Return the words that name a passage's place and hold digits without being figures."""
    words: set[str] = set()
    for passage in passages:
        number = passage.section.split(" ", 1)[0]
        words |= {passage.title, passage.document, f"section {passage.section}", f"section {number}"}
        words.add(f"page {passage.page}")
    return words - {"", "section "}


def faithfulness(text: str, citations: Sequence[Citation], passages: Sequence[Passage]) -> Decimal | None:
    """Return, 0 to 1, how far the sentences that cite rest on the words of their passages; None where none cites.

    A sentence that quotes counts the share of its quotations that stand in the passage; one that does not quote counts
    the share of its content words found there.
    """
    scores = [
        max(_support(sentence, passages[number - 1]) for number in numbers)
        for sentence in sentences(text)
        if (numbers := [number for number in sources_in(sentence) if 1 <= number <= len(passages)])
    ]
    return (sum(scores, Decimal(0)) / len(scores)).quantize(Decimal("0.001")) if scores else None


def sentences(text: str) -> list[str]:
    """Return the sentences of a text; a source mark behind the full stop belongs to the sentence before it."""
    whole = _QUOTED.sub(
        lambda quote: quote.group().replace(" ", "\0").replace("\n", "\0"), text
    )  # never cut a quotation
    return [found.replace("\0", " ").strip() for found in _SENTENCE_END.split(whole) if found.strip()]


def _support(sentence: str, passage: Passage) -> Decimal:
    if quotes := [quote for quote in _QUOTED.findall(sentence) if len(quote.split()) > 2]:
        return Decimal(sum(quotation_stands(quote, passage) for quote in quotes)) / len(quotes)
    words = content_words(_SOURCE.sub(" ", sentence))
    held = content_words(passage.text)
    return Decimal(len(words & held)) / len(words) if words else Decimal(0)


def content_words(text: str) -> set[str]:
    """Return the words of a text that carry meaning, without case or closing punctuation."""
    return {word.rstrip(".,'-") for word in _WORD.findall(plain(text))} - _EMPTY_WORDS - {""}


def prove(
    text: str,
    *,
    known: Iterable[Decimal],
    labels: Iterable[str],
    citations: Sequence[Citation],
    passages: Sequence[Passage],
) -> Proof:
    """Run the four checks on one text; quotations that stand are not searched for figures that were not computed."""
    quotes, known, labels = [cited.quote for cited in citations], list(known), list(labels)
    return Proof(
        strange_figures=strange_figures(text, known, apart_from=[*labels, *quotes]),
        broken_citations=broken_citations(text, citations, passages),
        faithfulness=faithfulness(text, citations, passages),
        uncited_figures=uncited_figures(text, computed=known, labels=labels, citations=citations, only_citing=True),
    )
