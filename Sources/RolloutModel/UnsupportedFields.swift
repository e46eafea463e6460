import JSON

/// Fields of the Rollout API whose feature Weir does not have yet: each is refused by name, never ignored.
enum UnsupportedFields {
    private static let remedy = "Remove the field, or leave this Rollout to Argo Rollouts."

    private static let spec = [
        ("analysis", "analysis history limits")
    ]
    private static let canary = [
        ("analysis", "background analysis")
    ]
    private static let blueGreen = [
        ("prePromotionAnalysis", "analysis before promotion"), ("postPromotionAnalysis", "analysis after promotion"),
    ]
    private static let routing = [
        ("istio", "traffic routing by Istio"), ("nginx", "traffic routing by NGINX"), ("smi", "traffic routing by SMI"),
        ("ambassador", "traffic routing by Ambassador"), ("appMesh", "traffic routing by App Mesh"),
        ("traefik", "traffic routing by Traefik"), ("apisix", "traffic routing by APISIX"),
        ("plugins", "traffic routing by plugins"),
    ]
    private static let step = [
        ("experiment", "experiment steps"), ("analysis", "analysis steps"), ("plugin", "plugin steps"),
    ]

    /// Notes every field, in the order of the manifest's structure, that is set and not supported.
    static func check(_ spec: FieldReader, _ problems: inout FieldProblems) {
        refuse(Self.spec, in: spec, &problems)
        guard let strategy = problems.read({ () throws(FieldError) in try spec.object("strategy") }) else { return }
        if strategy.has("blueGreen"), strategy.has("canary") {
            problems.add(
                FieldError(
                    "spec.strategy.strategy", .invalid(value: "blueGreen, canary"),
                    "Multiple Strategies can not be listed"))
        }
        if let blueGreen = problems.read({ () throws(FieldError) in try strategy.object("blueGreen") }) {
            refuse(Self.blueGreen, in: blueGreen, &problems)
        }
        guard let canary = problems.read({ () throws(FieldError) in try strategy.object("canary") }) else { return }
        refuse(Self.canary, in: canary, &problems)
        let routing = problems.read(or: FieldReader(nil, path: canary.path("trafficRouting"))) {
            () throws(FieldError) in try canary.object("trafficRouting")
        }
        refuse(Self.routing, in: routing, &problems)
        if canary.has("trafficRouting"), !routing.has("alb"), !problems.concern(routing.path) {
            problems.add(
                FieldError(
                    routing.path("alb"), .required,
                    "alb is the only traffic router Weir supports so far; set it, or remove "
                        + "trafficRouting to split traffic by the number of pods"))
        }
        let steps = problems.read(or: nil) { () throws(FieldError) in try canary.array("steps") } ?? []
        for (index, value) in steps.enumerated() {
            refuse(step, in: FieldReader(value, path: "spec.strategy.canary.steps[\(index)]"), &problems)
        }
        RoutingRules.unroutable(routing, steps: steps, &problems)
    }

    private static func refuse(
        _ fields: [(String, String)], in reader: FieldReader, _ problems: inout FieldProblems
    ) {
        for (name, feature) in fields where reader.has(name) {
            problems.add(
                FieldError(reader.path(name), .forbidden, "Weir does not support \(feature) yet. \(remedy)"))
        }
    }
}
