# The workflow is workflow/Snakefile; this file includes it for the default location.
workflow.include("workflow/Snakefile", overwrite_default_target=True)
