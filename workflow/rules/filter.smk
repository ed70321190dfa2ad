"""The alleles worth a model's time; each other one with its rule."""


rule filter:
    input:
        alleles=rules.normalise.output.alleles,
        transcripts=rules.genes.output[0],
        fasta=FASTA,
        known=known_files,
        lists=sample_files("genes_file", "regions"),
        resolved=rules.resolve.output[0],
    output:
        variants=f"{WORK}/{{sample}}/variants.parquet",
        decisions=f"{WORK}/{{sample}}/filter.decisions.parquet",
    log:
        f"{WORK}/logs/{{sample}}/filter.log",
    conda:
        "../../envs/landfall.yaml"
    threads: 2
    resources:
        mem_mb=resource("other", "mem_mb"),
        runtime=resource("other", "runtime"),
    params:
        code=code_digest("stages.variants.filter"),
        sample=sample_row,
        settings=[
            str(SETTINGS.filter),
            SETTINGS.genome.build,
            availability.kept_flank(SETTINGS.filter.gene_flank, SETTINGS.regulation),
        ],
        phenotype=str(SETTINGS.phenotype),
    script:
        "../scripts/filter.py"
