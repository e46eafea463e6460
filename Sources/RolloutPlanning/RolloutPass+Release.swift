import JSON
import KubernetesModel
import Planning
import RolloutModel

/// What the spec named once and names no more: Ingresses with this Rollout's bookkeeping, Services it bound.
extension RolloutPass {
    /// Gives up the Ingresses and Services that the spec names no more, when no request can be lost by it.
    mutating func releaseLeftovers() {
        let leftovers = leftoverIngresses
        for route in leftovers { release(route) }
        reconcileRetiredServices(hasLeftovers: !leftovers.isEmpty)
    }

    private var leftoverIngresses: [IngressRoute] {
        let named = Set(canary.alb?.ingresses ?? [])
        return snapshot.ingresses.keys.sorted().compactMap { snapshot.ingresses[$0] }.filter {
            !named.contains($0.name) && $0.managers.contains(rollout.name)
        }
    }

    private mutating func release(_ route: IngressRoute) {
        let pass = self
        let release = IngressRelease(
            route: route, rollout: rollout.name, home: home(among: route),
            obstacle: { pass.obstacle(in: $0) }, settle: settle, now: now)
        let readAt = route.hostnames.compactMap { snapshot.observations[.loadBalancer(dnsName: $0)]?.provenSince }.min()
        switch release.next(facts: survey?.facts(of: route.name), readAt: readAt) {
        case .patch(let patch, let what):
            effects.append(
                .event(
                    event(
                        "PatchingALBIngress",
                        "Updating Ingress `\(route.name)`, which the spec does not name any more: \(what)")))
            effects.append(.kubernetes(.patch(patch)))
            record.written[route.name] = now
            for key in record.zero.keys where key.hasPrefix("\(route.name)/") { record.zero[key] = nil }
            decide("IngressReleased", "The spec does not name Ingress \(route.name) any more: \(what).")
            needsFacts = true
        case .wait(let what, let end):
            needsFacts = true
            if let end { wake(at: end) }
            decide(
                "ReleaseWaits", "The spec does not name Ingress \(route.name) any more, which still leads here.",
                waitingFor: what)
        }
    }

    /// Why a group cannot take everything: its Service must lead to the stable version, and all its pods be there.
    private func obstacle(in group: GroupSurvey) -> String? {
        guard let stable, snapshot.services[group.service] != nil else { return nil }
        guard isBound(group.service, to: stable) else { return "Service \(group.service) to select \(stable.name)" }
        switch group.readiness(for: snapshot.pods(of: stable), of: stable.name) {
        case .ready: return nil
        case .waiting(let what), .unknown(let what): return what
        }
    }

    /// The service of an action that is to have everything: the one that will go on leading to the stable version; else
    /// one that leads there now.
    private func home(among route: IngressRoute) -> String? {
        let names = route.managedActions(of: rollout.name).flatMap(\.destinations).reversed().map(\.serviceName)
        let lasting = spec.blueGreen?.activeService ?? routed.stable
        if names.contains(lasting) { return lasting }
        return names.first { isBound($0, to: stable) && snapshot.services[$0] != nil }
    }

    /// Services with this Rollout's mark that the spec names no more. As long as requests may be split they lead to a
    /// version that stays; in the end they lead to all pods.
    private mutating func reconcileRetiredServices(hasLeftovers: Bool) {
        let named = Set(ReferencedNames.services(of: rollout.object))
        for name in snapshot.services.keys.sorted() where !named.contains(name) {
            guard let service = snapshot.services[name], let stable else { continue }
            if hasLeftovers || isFormer(name) { continue }
            let hash = ServiceSelector(service).hash
            let isSplit = survey != nil || spec.isTrafficRouted || spec.blueGreen != nil
            let isQuiet = isFullyPromoted && others.allSatisfy(\.isEmpty)
            if hash == nil || !isSplit || (isQuiet && hash == stable.hash) {
                effects.append(.kubernetes(.patch(ServiceRelease.patch(of: service))))
                decide("ServiceReleased", "Service \(name), which the spec does not name any more, selects all pods.")
            } else if hash != stable.hash, hash != current?.hash || isAborted {
                bind(name, to: stable, isGuarded: false)
            }
        }
    }
}

/// How a Service is given back: without the hash in its selector and without the mark.
enum ServiceRelease {
    static func patch(of service: KubernetesObject) -> KubernetesWrite.Patch {
        var body: JSONValue = [:]
        body.set(.null, at: "metadata", "annotations", RolloutKeys.managedBy)
        if ServiceSelector(service).labels[RolloutKeys.podTemplateHash] != nil {
            body.set(.null, at: "spec", "selector", RolloutKeys.podTemplateHash)
        }
        return .init(.service, service.key, body: body, resourceVersion: service.resourceVersion)
    }
}
