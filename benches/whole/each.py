#!/usr/bin/env python3
"""Every rule tried on every text with Python's `re`, until one of its expressions matches: the obvious program for the
same job. No guards, no places. Expressions that `re` refuses are counted and left out.

    python3 each.py FOLDER      # FOLDER holds what `matching dump` wrote
"""
import json, re, sys, time
from pathlib import Path

folder = Path(sys.argv[1])
texts = (folder / "texts").read_bytes().split(b"\0")[:-1]
rules, refused, count = {}, 0, 0
for line in (folder / "expressions").read_bytes().splitlines():
    rule, expression = line.split(b"\t", 1)
    count += 1
    try:
        rules.setdefault(rule, []).append(re.compile(expression, re.MULTILINE).search)
    except re.error:
        refused += 1
start = time.process_time()
found = sum(any(search(text) for search in searches) for text in texts for searches in rules.values())
print(json.dumps({"seconds": time.process_time() - start, "found": found, "expressions": count, "refused": refused}))
