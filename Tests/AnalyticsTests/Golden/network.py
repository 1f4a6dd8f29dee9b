"""Writes network.json beside this file. Needs networkx 3.6.1."""

import json
import pathlib

import networkx as nx
import numpy as np

random = np.random.default_rng(18)
graph = nx.DiGraph()
graph.add_nodes_from(range(60))
for _ in range(140):
    a, b = (int(v) for v in random.integers(0, 56, 2))
    if a != b and not graph.has_edge(a, b):
        graph.add_edge(a, b, weight=float(np.round(random.gamma(2, 3) + 0.1, 2)))
both = graph.to_undirected()
result = {
    "source": "networkx 3.6.1 pagerank, betweenness_centrality, weakly_connected_components",
    "nodes": 60,
    "links": [[a, b, data["weight"]] for a, b, data in graph.edges(data=True)],
    "pageRank": [v for _, v in sorted(nx.pagerank(graph, alpha=0.85, tol=1e-14, max_iter=5000).items())],
    "betweenness": [v for _, v in sorted(nx.betweenness_centrality(graph).items())],
    "betweennessBothWays": [v for _, v in sorted(nx.betweenness_centrality(both).items())],
    "componentSizes": sorted((len(c) for c in nx.weakly_connected_components(graph)), reverse=True),
}
pathlib.Path(__file__).with_name("network.json").write_text(json.dumps(result, indent=1) + "\n")
print(result["componentSizes"])
