import JSON
import KubernetesModel
import Planning
import RolloutModel

/// The selectors of the Services.
extension RolloutPass {
    /// Binds the stable Service to the stable ReplicaSet and the canary Service to the current one, when nothing that
    /// can still be reached would lose its pods.
    mutating func reconcileServices() {
        if canary.pingPong != nil { return reconcilePingPong() }
        guard let current else { return }
        if let stable { bind(canary.stableService, to: isHandingOver(to: current) ? current : stable) }
        if isAborted || isFullyPromoted {
            if let stable { bind(canary.canaryService, to: stable) }
        } else if let stable, isAstray {
            bind(canary.canaryService, to: stable)
        } else if let stable, !isBound(canary.stableService, to: stable), isBound(canary.canaryService, to: stable) {
            // The only Service that leads to stable keeps doing so; the weights move there until the other one can.
            decide(
                "ServiceWaits", "Service \(canary.canaryService) leads to \(stable.name), and no other one does.",
                waitingFor: "Service \(canary.stableService) to select \(stable.name)")
        } else {
            bind(canary.canaryService, to: current)
        }
    }

    /// Whether both Services select former versions, so that none leads to stable: when a strategy comes back that the
    /// Rollout had before. One of them loses its traffic to the other, is made to lead to stable, and takes over.
    var isAstray: Bool {
        guard spec.isTrafficRouted, canary.pingPong == nil, let stable else { return false }
        return [canary.stableService, canary.canaryService].allSatisfy { name in
            guard let hash = snapshot.services[name].flatMap({ ServiceSelector($0).hash }) else { return false }
            return hash != stable.hash && hash != current?.hash
        }
    }

    /// Whether the last stable pods are about to go before the current version is stable: without a load balancer the
    /// stable Service would then have no endpoint.
    private func isHandingOver(to current: ReplicaSetView) -> Bool {
        !spec.isTrafficRouted && !isAborted && !isFullyPromoted && weightOfPods == 100
            && current.availableReplicas > 0
    }

    /// Binds the Service in the new version's role, also before there is a pod of it, so that its pods can get
    /// readiness gates; after a promotion roles change and selectors do not. The Services outside ping-pong follow the
    /// versions.
    private mutating func reconcilePingPong() {
        if let stable { bind(routed.stable, to: stable) }
        guard let current else { return }
        if !isFullyPromoted { bind(routed.canary, to: current, needsPods: false) }
        if let stable { bind(canary.stableService, to: stable, isGuarded: isFormer(canary.stableService)) }
        let shown = isAborted ? stable : current
        if let shown { bind(canary.canaryService, to: shown, isGuarded: isFormer(canary.canaryService)) }
    }

    /// Whether a Service is bound to a ReplicaSet; `true` when there is no such Service to bind.
    func isBound(_ name: String, to replicaSet: ReplicaSetView?) -> Bool {
        guard let replicaSet, let service = snapshot.services[name] else { return name.isEmpty }
        return ServiceSelector(service).hash == replicaSet.hash
    }

    /// Whether a Service that selects several versions, and a Deployment's pods perhaps, may lose all but one: when all
    /// of this one's pods are healthy targets behind it already.
    private func isTakingOver(_ service: KubernetesObject, _ replicaSet: ReplicaSetView) -> Bool {
        guard ServiceSelector(service).hash == nil, let survey else { return false }
        let ready = snapshot.pods(of: replicaSet).filter(\.isReady)
        return !ready.isEmpty
            && survey.routes.allSatisfy { route in
                guard let facts = survey.facts(of: route.ingress) else { return false }
                return facts.groups.filter { $0.service == service.name }.allSatisfy {
                    $0.healthyCount(of: ready) == ready.count
                }
            }
    }

    /// Makes a Service select a ReplicaSet that has available pods.
    ///
    /// - Parameter isGuarded: whether pods that lose the Service must be unreachable through it first. Without, the
    ///   former pods stay in the target groups until the new ones are healthy there, and live on until they have left.
    /// - Parameter needsPods: whether the ReplicaSet must have available pods.
    mutating func bind(
        _ name: String, to replicaSet: ReplicaSetView, isGuarded: Bool = true, needsPods: Bool = true
    ) {
        guard let service = snapshot.services[name] else { return }
        let selector = ServiceSelector(service)
        guard selector.hash != replicaSet.hash else { return }
        let isAdopted = service.annotation(RolloutKeys.managedBy) != nil
        let isAvailable = isAdopted ? replicaSet.availableReplicas > 0 : replicaSet.isFullyAvailable
        guard isAvailable || !needsPods else {
            decide(
                "ServiceWaits", "Service \(name) is to select \(replicaSet.name), which is not available yet.",
                waitingFor: "available pods of \(replicaSet.name)")
            return
        }
        let own = Set(snapshot.pods(of: replicaSet).map(\.name))
        let losing = snapshot.pods(selectedBy: service).filter { !own.contains($0.name) }
        if survey != nil, isGuarded, !losing.isEmpty, !isTakingOver(service, replicaSet) {
            let reach = reach(ofService: name, everywhere: !needsPods)
            guard reach.permitsDestruction else {
                decide(
                    "ServiceBlocked",
                    "Service \(name) cannot leave \(selector.hash ?? "all pods") for \(replicaSet.hash): it \(reach).",
                    waitingFor: "the target groups of \(name) to be unreachable")
                follow(reach)
                if selector.hash == nil { healthNeeded.insert(name) }
                return
            }
        }
        var body: JSONValue = ["spec": ["selector": [RolloutKeys.podTemplateHash: .string(replicaSet.hash)]]]
        if !isAdopted {
            body.set(.string(rollout.name), at: "metadata", "annotations", RolloutKeys.managedBy)
        }
        effects.append(
            .kubernetes(
                .patch(
                    .init(.service, service.key, type: .strategic, body: body, resourceVersion: service.resourceVersion)
                )))
        effects.append(
            .event(
                event(
                    "SwitchService",
                    "Switched selector for service '\(name)' from '\(selector.hash ?? "")' to '\(replicaSet.hash)'")))
        record.apart[replicaSet.hash] = nil
        decide("ServiceSwitched", "Service \(name) selects \(replicaSet.name).")
    }
}
