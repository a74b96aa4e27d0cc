"""Models in other forms than they came in: half precision for graphics cards, and a stand-in for NVIDIA's embedder."""
