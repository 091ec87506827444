"""The pages' parts: all Streamlit code under core, over the services and nothing below them."""
