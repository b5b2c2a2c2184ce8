"""The filters that make a JPEG of a moving picture, shared by posters and stills. Pure."""

from ffmpeg.nodes import FilterableStream


def to_jpeg(stream: FilterableStream, *, width: int) -> FilterableStream:
    """Scale a stream to square pixels and at most a width, in the colours JPEG has."""
    return (
        stream.filter("scale", "trunc(iw*sar/2)*2", "ih")
        .filter("scale", f"min({width},iw)", -2, out_range="full")
        .filter("setsar", 1)
        .filter("format", "yuvj420p")
    )
