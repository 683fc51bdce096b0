"""Refusals of models, data points and registrations, as templates of the catalogue.

In: messages of `passport` and `registry`. Out: the same with named particulars.
"""

from battery_passport.web.language import marked

MODELS = (
    marked("In the model file, %(found)s."),
    marked("In the model file, manufacturer or rating is not an object."),
    marked("%(label)s must not be given. %(why)s"),
    marked("%(label)s comes from events of the single battery."),
    marked("%(label)s is made from the head of the file and registration."),
    marked("The model file has %(count)s bytes, at most %(most)s are read."),
    marked("In the model file, data_points is not an object."),
    marked("The model file cannot be read: %(found)s"),
    marked("In the model file, gtin: %(found)s"),
    marked("In the model file, rating: %(found)s"),
    marked("In the model file, data_points has the name %(name)s."),
    marked("The file names the manufacturer %(name)s, not yours."),
    marked("Your organisation's short name is %(name)s: write it as the slug."),
    marked("Data point %(number)s (%(name)s): value %(found)s."),
    marked("There is no data point %(number)s."),
    marked("There is no language %(code)s."),
    marked("Data point %(number)s is not yours to declare."),
    marked("%(text)s is not a chemistry known here."),
    marked("A rated capacity of %(capacity)s Ah is not above 0 and at most %(most)s Ah."),
    marked("%(cells)s cells in series is not from 1 to %(most)s."),
    marked("%(modules)s modules hold %(held)s cells together, not the %(cells)s cells in series."),
    marked("%(each)s cells in each module do not divide %(cells)s cells in series."),
    marked("Modules are given, but not how many cells are in series."),
    marked("A rated capacity of %(capacity)s Ah is not a number."),
    marked("%(name)s is registered with %(field)s %(known)s, not %(given)s."),
    marked("docs/reference/data-points.md shows the form of each value."),
    marked("Leave it out."),
    marked("Leave it out of the model file."),
    marked("docs/reference/model-file.md shows the form, with an example to copy."),
    marked("Data points are numbered 1 to 71."),
    marked("Audiences are public, legitimate-interest and authority."),
    marked("Give NMC (or NCM), LFP, LMO or NCA, or leave it out if it is not known."),
    marked("Register it with `battery add`, or check the identifier."),
    marked("Register it with `model add`."),
    marked("Leave the differing values out, or register under another name."),
    marked("Check its spelling, or register it with `model add`."),
)
