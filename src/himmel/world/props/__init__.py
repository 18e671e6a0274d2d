"""Meshes that an operator brings along: a folder of catalogued zips such as Sweet Home 3D's furniture.

himmel holds no mesh and fetches none. $HIMMEL_PROPS names the folder; without it no graph can name a
prop, and the rest of the world is what it always was.
"""
