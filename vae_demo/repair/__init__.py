"""Repair damaged digits: one module for each task, with all its methods in `METHODS`.

The names here are known without torch, which the command line needs for `--help`.
"""

#: the methods of each task that learned from digits; the first is the best
LEARNED: dict[str, tuple[str, ...]] = {
    "denoise": ("unet", "dense", "dae-500", "ae-20"),
    "inpaint": ("together", "unet", "energy-hvae-64", "energy-vae-20", "denoiser"),
    "upscale": ("unet", "dense", "without-sevens", "dense-without-sevens"),
}
#: the methods of each task that they are compared with
CLASSICAL: dict[str, tuple[str, ...]] = {
    "denoise": ("median", "total-variation", "non-local-means", "pca"),
    "inpaint": ("telea", "navier-stokes", "biharmonic"),
    "upscale": ("nearest", "bicubic", "lanczos", "back-projection"),
}
#: the networks in `checkpoints/repair/`
NETWORKS = (
    *("denoise-unet", "denoise-dense", "inpaint-unet", "upscale-unet", "upscale-dense"),
    *("upscale-without-sevens", "upscale-dense-without-sevens"),
)
#: the anomaly scores of `repair.anomaly`; the first is the best
SCORE_NAMES = (
    *("combined", "error", "error-by-ink", "neg-elbo", "neighbours", "code-shift", "density"),
    *("regret", "pca", "neg-elbo-png"),
)
#: the models of `repair.compress` in `checkpoints/compress/`; the first three code bit for bit
COMPRESSORS = ("vae", "pixels-before", "binary", "few-bits")
