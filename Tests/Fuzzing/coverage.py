"""Reads what libFuzzer prints of the functions that a corpus reaches."""
import re

FUNCTION = re.compile(r"^(UN)?COVERED_FUNC: hits: \d+ edges: (\d+)/(\d+) (?:.* )?(/\S+\.(?:swift|c)):\d+", re.MULTILINE)


def of(log, sources):
    """Edges and functions of files below Sources whose paths begin so."""
    edges, functions = [0, 0], [0, 0]
    for unreached, hit, count, path in FUNCTION.findall(log):
        place = path.rpartition("/Sources/")[2]
        if not any(place.startswith(source) for source in sources):
            continue
        edges[0] += 0 if unreached else int(hit)
        edges[1] += int(count)
        functions[0] += 0 if unreached else 1
        functions[1] += 1
    return {"edges": edges, "functions": functions}


def share(pair):
    reached, count = pair
    return f"{reached}/{count} {reached * 100 // count}%" if count else "-"
