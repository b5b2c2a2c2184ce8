"""Whether a word is a form of a term, or its opposite, rather than the term misheard. Pure.

`quinines`, `malarial`, `haemolytic`, `paludéenne` say the term well enough: search finds
them by their stems, and to change them would be wrong. Crude on purpose, since it is asked
only about words that sound like a term already.
"""

_WRITTEN = """
s es ed d ing al ally ic ics ical ically ous y ies ism isms ist ists ive ise ize ised ized ation
ations er ers or ors is sis ses tic tics us i um a ae e ee ees es ia iae ium emia an ans ian ians
ien iens ienne ennes enne en ese x aux ale ales ique iques eux euse euses ite ites if ifs ante
antes ants ant ent ents isation isations iser isee
"""
_ENDINGS = frozenset(_WRITTEN.split())
_OPPOSITES = (("hypo", "hyper"), ("intra", "inter"))
_SHORTEST_STEM = 4
_LONGEST_ENDING = 7
_MOST_OF_IT = 0.55


def inflects(squeezed: str, term: str) -> bool:
    """Tell whether a run of words is a form of a term; both as `wording.squeeze` gives them.

    `squeezed` and `term` must begin alike for more than half, and end in known endings, as
    haemoly-tic and haemoly-sis do. A term that lost only its last letter is misspelt.
    """
    same = 0
    for one, other in zip(squeezed, term, strict=False):
        if one != other:
            break
        same += 1
    # The longest common beginning may reach into the ending: malari-a, malari-al.
    shortest = max(_SHORTEST_STEM, round(len(term) * _MOST_OF_IT), same - 3)
    for stem in range(same, shortest - 1, -1):
        ending, terms_own = squeezed[stem:], term[stem:]
        if max(len(ending), len(terms_own)) > _LONGEST_ENDING:
            return False
        if ending in _ENDINGS and (not terms_own or terms_own in _ENDINGS):
            return True
    return False


def opposes(squeezed: str, term: str) -> bool:
    """Tell whether a word means the opposite of a term it sounds like: hypo-, hypertension."""
    return any(
        (squeezed.startswith(one) and term.startswith(other))
        or (squeezed.startswith(other) and term.startswith(one))
        for one, other in _OPPOSITES
    )
