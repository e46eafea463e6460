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

    /// Throws for the first field, in the order of the manifest's structure, that is set and not supported.
    static func check(_ spec: FieldReader) throws(FieldError) {
        try refuse(Self.spec, in: spec)
        let strategy = try spec.object("strategy")
        if strategy.has("blueGreen"), strategy.has("canary") {
            throw FieldError(
                "spec.strategy.strategy", .invalid(value: "blueGreen, canary"), "Multiple Strategies can not be listed")
        }
        try refuse(Self.blueGreen, in: try strategy.object("blueGreen"))
        let canary = try strategy.object("canary")
        try refuse(Self.canary, in: canary)
        let routing = try canary.object("trafficRouting")
        try refuse(Self.routing, in: routing)
        if canary.has("trafficRouting"), !routing.has("alb") {
            throw FieldError(
                routing.path("alb"), .required,
                "alb is the only traffic router Weir supports so far; set it, or remove "
                    + "trafficRouting to split traffic by the number of pods")
        }
        let steps = try canary.array("steps") ?? []
        for (index, value) in steps.enumerated() {
            try refuse(step, in: FieldReader(value, path: "spec.strategy.canary.steps[\(index)]"))
        }
        try RoutingRules.unroutable(routing, steps: steps)
    }

    private static func refuse(_ fields: [(String, String)], in reader: FieldReader) throws(FieldError) {
        for (name, feature) in fields where reader.has(name) {
            throw FieldError(reader.path(name), .forbidden, "Weir does not support \(feature) yet. \(remedy)")
        }
    }
}
