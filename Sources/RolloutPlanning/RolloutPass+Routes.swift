import JSON
import KubernetesModel
import Planning
import RolloutModel

/// Header routes: what they are to be, and when a step that sets one is complete.
extension RolloutPass {
    /// The header routes that the steps up to now ask for, in the order of precedence; none when no request may be
    /// led to the new version by a header.
    private func wantedRoutes(_ current: ReplicaSetView) -> [HeaderRoute] {
        guard !isFullyPromoted, !isAborted, !status.promoteFull, current.availableReplicas > 0,
            isBound(routed.canary, to: current), let index = status.currentStepIndex
        else { return [] }
        var routes: [String: HeaderRoute] = [:]
        for step in canary.steps.prefix(index + 1) {
            if let route = step.setHeaderRoute { routes[route.name] = route }
        }
        return (canary.managedRoutes ?? []).compactMap { routes[$0] }.filter { !$0.matches.isEmpty }
    }

    /// Brings the header routes of one Ingress to what the steps ask for. A route appears when the new version's
    /// targets are ready for the requests it leads to them.
    mutating func reconcileRoutes(_ edit: inout IngressEdit, _ current: ReplicaSetView, stickiness: Int?) {
        guard let alb = canary.alb else { return }
        let prefix = alb.annotationPrefix
        let wanted = wantedRoutes(current)
        var known = canary.managedRoutes ?? []
        for key in edit.route.managedKeys(of: rollout.name) where key.hasPrefix("\(prefix)/conditions.") {
            let name = String(key.dropFirst("\(prefix)/conditions.".count))
            if !known.contains(name) { known.append(name) }
        }
        for name in known where !wanted.contains(where: { $0.name == name }) {
            remove(name, prefix, from: &edit)
        }
        for route in wanted {
            let action = ForwardActionText(
                destinations: [.init(serviceName: routed.canary, servicePort: alb.servicePort, weight: 100)],
                stickinessSeconds: stickiness)
            let key = "\(prefix)/actions.\(route.name)"
            let present = edit.route.reading.action(at: key)?.forward
            if present?.weight(of: routed.canary) == nil, let obstacle = obstacle(on: edit.route.name, current) {
                needsFacts = true
                decide(
                    "RouteHeld", "Header route \(route.name) is not written to Ingress \(edit.route.name) yet.",
                    waitingFor: obstacle)
                continue
            }
            edit.set(key, action.text)
            edit.set("\(prefix)/conditions.\(route.name)", route.conditionsText)
            edit.addPaths(to: route.name, action: canary.actionService)
            guard edit.changes(key) || edit.changes("\(prefix)/conditions.\(route.name)") else { continue }
            record.written[edit.route.name] = now
            record.zero["\(edit.route.name)/\(routed.canary):\(alb.servicePort)"] = nil
            effects.append(
                .event(
                    event(
                        "PatchingALBIngress",
                        "Updating Ingress `\(edit.route.name)` to headerRoute '\(route.name)'")))
            decide("RouteWritten", "Header route \(route.name) is written to Ingress \(edit.route.name).")
        }
        if !wanted.isEmpty { edit.sortPaths(by: canary.managedRoutes ?? []) }
    }

    private mutating func remove(_ name: String, _ prefix: String, from edit: inout IngressEdit) {
        let key = "\(prefix)/actions.\(name)"
        let isThere = edit.route.object.annotation(key) != nil || edit.route.backendServices.contains(name)
        edit.remove(key)
        edit.remove("\(prefix)/conditions.\(name)")
        edit.removePaths(to: name)
        guard isThere else { return }
        record.written[edit.route.name] = now
        effects.append(
            .event(event("PatchingALBIngress", "Updating Ingress `\(edit.route.name)` removing managed routes")))
        decide("RouteRemoved", "Header route \(name) is removed from Ingress \(edit.route.name).")
    }

    /// Why requests must not be led to the new version alone; `nil` when they may.
    private func obstacle(on ingress: String, _ current: ReplicaSetView) -> String? {
        guard let survey else { return "the load balancer" }
        guard let route = survey.routes.first(where: { $0.ingress == ingress }) else { return nil }
        switch route.state {
        case .notProvisioned: return "Ingress \(ingress) to have a load balancer"
        case .unknown(let why): return "a read of Ingress \(ingress) (\(why))"
        case .known(let facts):
            switch facts.canary.readiness(for: snapshot.pods(of: current), of: current.name) {
            case .ready: return nil
            case .waiting(let what), .unknown(let what): return what
            }
        }
    }

    /// Whether the current step's header route is in effect as far as the Ingresses say, or cannot be: without pods of
    /// the new version there is nothing to lead requests to.
    mutating func isRouted(_ route: HeaderRoute, _ current: ReplicaSetView) -> Bool {
        guard let alb = canary.alb, !route.matches.isEmpty, wantedCanaryCount(current) > 0 else { return true }
        let key = "\(alb.annotationPrefix)/conditions.\(route.name)"
        let missing = alb.ingresses.first {
            snapshot.ingresses[$0]?.object.annotation(key) != route.conditionsText
        }
        guard let missing else { return true }
        decide(
            "StepWaits", "Header route \(route.name) is not written yet.",
            waitingFor: "the route on Ingress \(missing)")
        return false
    }
}
