import KubernetesModel
import RolloutModel

extension RoutingSurvey.Scope {
    /// What has to be read for a Rollout; `nil` when no load balancer has to be asked.
    init?(
        _ snapshot: RolloutSnapshot, _ rollout: Rollout, _ routed: RoutedServices, _ record: ConfirmedRecord
    ) {
        let canary = rollout.spec.canary
        let managed = canary.alb?.ingresses ?? []
        let others = snapshot.ingresses.keys.filter { !managed.contains($0) }.sorted()
        guard canary.alb != nil || !others.isEmpty else { return nil }
        var destinations: [RoutingSurvey.Destination] = []
        func add(_ service: String, _ port: Int? = nil) {
            let destination = RoutingSurvey.Destination(service: service, port: port)
            if !service.isEmpty, !destinations.contains(destination) { destinations.append(destination) }
        }
        if let blueGreen = rollout.spec.blueGreen {
            add(blueGreen.previewService)
            add(blueGreen.activeService)
        } else {
            add(routed.canary, canary.alb?.servicePort)
            add(routed.stable, canary.alb?.servicePort)
        }
        for name in managed + others {
            guard let ingress = snapshot.ingresses[name] else { continue }
            for action in ingress.managedActions(of: rollout.name) {
                for destination in action.destinations { add(destination.serviceName, destination.servicePort) }
            }
        }
        let routedNames = Set(snapshot.ingresses.values.flatMap { $0.services(besides: rollout.name) })
        for name in snapshot.services.keys.sorted() where routedNames.contains(name) { add(name) }
        self.init(
            destinations: destinations, ingresses: managed, others: others, written: record.written)
    }
}

extension IngressRoute {
    /// The names of the Rollouts that wrote annotations here, sorted.
    var managers: [String] {
        let reading = reading
        return Set(reading.legacyManaged.keys).union(reading.managed?.keys.map { $0 } ?? []).sorted()
    }

    /// The annotation keys that a Rollout wrote, under either bookkeeping.
    func managedKeys(of rollout: String) -> [String] {
        let reading = reading
        var keys = reading.managed?[rollout] ?? []
        if let older = reading.legacyManaged[rollout], !keys.contains(older) { keys.append(older) }
        return keys
    }

    /// The forward actions that a Rollout wrote, header routes' among them.
    func managedActions(of rollout: String) -> [ForwardActionText] {
        let reading = reading
        return managedKeys(of: rollout).compactMap { reading.action(at: $0)?.forward }
    }

    /// The services that requests may be led to other than by what a Rollout wrote.
    func services(besides rollout: String) -> [String] {
        let own = Set(managedKeys(of: rollout))
        let reading = reading
        let actions = reading.actions.filter { !own.contains($0.key) }
        return reading.backendServices + actions.compactMap(\.forward).flatMap(\.destinations).map(\.serviceName)
    }

    /// The largest weight that the object asks for on behalf of a destination, whatever is in effect by now.
    func wantedWeight(of destination: RoutingSurvey.Destination) -> Int {
        let reading = reading
        if reading.directBackends.contains(destination.service) { return 100 }
        let actions = reading.actions.filter { action in
            action.isAfterFirstSlash && reading.backendServices.contains { $0[...] == action.name }
        }
        let shares = actions.compactMap(\.forward).flatMap(\.destinations).filter {
            $0.serviceName == destination.service && (destination.port ?? $0.servicePort) == $0.servicePort
        }
        return shares.map(\.weight).max() ?? 0
    }
}
