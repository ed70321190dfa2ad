"""Paths and small input functions of the regulatory track models.

A network runs if it is configured and its weights are there; without any, none of the rules of this folder has a target.
"""

REGULATION = f"{RESOURCES}/regulation/{{track_model}}"
PATIENT = f"{WORK}/{{sample}}/regulation/{{track_model}}"


wildcard_constraints:
    track_model="[a-z0-9_]+",
    background="[0-9a-f]{12}",


def regulatory_table(wildcards):
    """The table of regulatory track models for ranking; none where no model runs."""
    return [rules.regulation.output.regulatory] if TRACK_MODELS else []


def track_settings(wildcards):
    return SETTINGS.regulation.model(wildcards.track_model)


def track_files(wildcards):
    own = track_settings(wildcards)
    return [str(path) for path in (own.weights, *availability.track_files(own))]


def e_values_file(wildcards):
    own = track_settings(wildcards)
    return (
        [str(own.e_values)]
        if own.e_values and not availability.e_values_off(own)
        else []
    )


def track_spec(wildcards):
    """The declaration of the network."""
    return track_model(wildcards.track_model)


def background_of(wildcards):
    """The name of the background of the settings, the reference and the genes."""
    return availability.background_name(
        SETTINGS.regulation, wildcards.track_model, SETTINGS.genome.paths
    )


def background_file(wildcards):
    return expand(
        rules.background.output[0],
        background=background_of(wildcards),
        track_model=wildcards.track_model,
    )


def track_shards(pattern):
    """An input function: the files of all shards of a network."""
    return lambda wildcards: expand(
        pattern,
        shard=range(1, track_settings(wildcards).shards + 1),
        allow_missing=True,
    )


def tracks_memory(wildcards, attempt):
    """Megabytes of a job of a network: from the configuration, else by measured cost."""
    asked = SETTINGS.resources_per_job.tracks
    return (asked.mem_mb or cost.megabytes(wildcards.track_model, asked.gpu)) * attempt


def tracks_time(wildcards, input, attempt):
    """Minutes of the job of a shard: from the configuration, else by the network's cost and number of windows."""
    asked, path = SETTINGS.resources_per_job.tracks, Path(input.placements)
    minutes = asked.runtime
    if not minutes and path.exists():  # it may not exist while the run is planned
        windows, alternates = tracks_of(path, int(wildcards.shard))
        times = len(track_settings(wildcards).shifts)
        name = wildcards.track_model
        minutes = cost.track_minutes(
            name, times * windows, times * alternates, asked.gpu
        )
    return (minutes or cost.MINUTES) * attempt


def explaining_time(wildcards, attempt):
    """Minutes of the interpretation of the leading variants."""
    asked, regulation = SETTINGS.resources_per_job.tracks, SETTINGS.regulation
    changes = 3 * (2 * regulation.ism_flank + 1)
    minutes = asked.runtime or cost.track_minutes(
        wildcards.track_model,
        cost.LOOKS * regulation.top,
        changes * regulation.top,
        asked.gpu,
    )
    return minutes * attempt
