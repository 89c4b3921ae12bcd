"""The retail star of benches/ir/retail.json made the usual way: numpy columns, a pandas merge for the dimension's attribute, to_csv in chunks.

    python benches/peer_retail.py ROWS OUT_DIR [CHUNK]
"""

import sys
from pathlib import Path

import numpy as np
import pandas as pd

rows, out = int(sys.argv[1]), Path(sys.argv[2])
chunk = int(sys.argv[3]) if len(sys.argv) > 3 else 1_000_000
out.mkdir(parents=True, exist_ok=True)
rng = np.random.default_rng(7)
weights = np.array([0.08, 0.06, 0.07, 0.07, 0.08, 0.08, 0.08, 0.08, 0.08, 0.08, 0.09, 0.15])
weights /= weights.sum()


def seasonal(n, first=2020, last=2023):
    month, year = rng.choice(np.arange(12), size=n, p=weights), rng.integers(first, last + 1, size=n)
    start = ((year - 1970) * 12 + month).astype("datetime64[M]")
    days = ((start + 1).astype("datetime64[D]") - start.astype("datetime64[D]")).astype(int)
    return start.astype("datetime64[D]") + (rng.random(n) * days).astype(int).astype("timedelta64[D]")


def zipf(n, support, s):
    p = 1.0 / np.arange(1, len(support) + 1) ** s
    return support[rng.choice(len(support), size=n, p=p / p.sum())]


product = pd.DataFrame({
    "product_id": np.arange(1, 10_001),
    "product_name": [f"product_{i}" for i in range(10_000)],
    "category": rng.choice(["toys", "food", "books", "garden", "sport"], 10_000),
    "list_price": np.round(rng.normal(50, 15, 10_000).clip(1), 2),
})
customer = pd.DataFrame({
    "customer_id": np.arange(1, 100_001),
    "customer_name": [f"customer_{i}" for i in range(100_000)],
    "segment": rng.choice(["consumer", "corporate", "home"], 100_000, p=[0.6, 0.3, 0.1]),
})
store = pd.DataFrame({"store_id": np.arange(1, 101), "city": rng.choice(["Oslo", "Rome", "Lima", "Kyiv", "Pune"], 100)})
for name, table in [("dim_product", product), ("dim_customer", customer), ("dim_store", store)]:
    table.to_csv(out / f"{name}.csv", index=False)
for done in range(0, rows, chunk):
    n = min(chunk, rows - done)
    fact = pd.DataFrame({
        "sale_id": np.arange(done + 1, done + n + 1),
        "product_id": zipf(n, product.product_id.to_numpy(), 1.2),
        "customer_id": customer.customer_id.to_numpy()[rng.integers(0, len(customer), n)],
        "store_id": zipf(n, store.store_id.to_numpy(), 1.1),
        "sale_date": seasonal(n),
        "quantity": rng.integers(1, 11, n),
        "unit_price": np.round(rng.normal(50, 15, n).clip(1), 2),
        "discount_pct": np.round(rng.uniform(0, 0.3, n), 4),
        "payment": rng.choice(["card", "cash", "transfer"], n, p=[0.7, 0.2, 0.1]),
    })
    joined = fact.merge(product[["product_id", "list_price"]], on="product_id", how="left")
    fact["gross_amount"] = fact.unit_price * fact.quantity
    fact["net_amount"] = fact.gross_amount * (1 - fact.discount_pct)
    fact["price_ratio"] = fact.unit_price / joined.list_price.to_numpy()
    fact["is_december"] = np.where(pd.DatetimeIndex(fact.sale_date).month == 12, 1, 0)
    fact.to_csv(out / "fact_sales.csv", index=False, header=done == 0, mode="w" if done == 0 else "a")
