# The workflow is workflow/Snakefile; this one is for those who name the Snakefile of the project's folder.
workflow.include("workflow/Snakefile", overwrite_default_target=True)
