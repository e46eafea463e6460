import JSON

/// The rules about ping-pong and header routes, with Argo Rollouts' texts.
enum RoutingRules {
    /// Rules about `pingPong` of a canary that is routed by ALB or not at all.
    static func pingPong(_ canary: CanaryStrategy, _ problems: inout FieldProblems) {
        guard let pingPong = canary.pingPong else { return }
        for (field, name) in [("pingService", pingPong.pingService), ("pongService", pingPong.pongService)]
        where name.isEmpty {
            problems.add(
                RolloutRules.rule(
                    "pingPong.\(field)", "\"\"",
                    "Ping service and Pong service must to be set to use Ping-Pong feature"))
        }
        if pingPong.pingService == pingPong.pongService, !pingPong.pingService.isEmpty {
            problems.add(
                RolloutRules.rule(
                    "stableService", GoJSON.quoted(pingPong.pingService),
                    "This rollout uses the same service for the ping and pong services, but two different services "
                        + "are required."))
        }
        if let alb = canary.alb, alb.rootService.isEmpty {
            problems.add(
                RolloutRules.rule(
                    "trafficRouting.alb.rootService", "\"\"",
                    "Root service field is required for the configuration with ALB and ping-pong feature enabled"))
        }
    }

    /// Rules about a `setHeaderRoute`; those about its values were checked when it was read.
    static func headerRoute(
        of step: CanaryStep, at index: Int, _ canary: CanaryStrategy, isRouted: Bool, _ problems: inout FieldProblems
    ) {
        guard let route = step.setHeaderRoute else { return }
        let path = "steps[\(index)].setHeaderRoute"
        guard isRouted else {
            return problems.add(
                RolloutRules.rule(
                    path, GoJSON.quoted(route.name),
                    "SetHeaderRoute requires TrafficRouting, supports Istio and ALB and Apisix"))
        }
        guard let managed = canary.managedRoutes else {
            return problems.add(
                FieldError(
                    "spec.strategy.trafficRouting.managedRoutes", .required,
                    "Rollout has missing field 'spec.strategy.canary.trafficRouting.managedRoutes'"))
        }
        guard managed.contains(route.name) else {
            return problems.add(
                RolloutRules.rule(
                    path, GoJSON.quoted(route.name),
                    "Steps define a route that does not exist in spec.strategy.canary.trafficRouting.managedRoutes"))
        }
    }

    /// Refuses what ALB cannot do.
    static func unroutable(_ routing: FieldReader, steps: [JSONValue], _ problems: inout FieldProblems) {
        if let weight = routing.raw("maxTrafficWeight") {
            problems.add(
                RolloutRules.rule(
                    "trafficRouting.maxTrafficWeight", weight.text,
                    "Canary maxTrafficWeight in traffic routing only supported in Nginx and Plugins"))
        }
        for (index, step) in steps.enumerated() {
            let reader = FieldReader(step, path: "spec.strategy.steps[\(index)]")
            guard let route = reader.raw("setMirrorRoute") else { continue }
            problems.add(
                FieldError(
                    reader.path("setMirrorRoute"), .invalid(value: route.text),
                    "SetMirrorRoute requires TrafficRouting, supports Istio and Plugins"))
        }
    }
}
