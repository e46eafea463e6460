import JSON
import KubernetesModel
import RolloutModel

extension Simulation {
    /// Does something now; what follows from it happens when the simulation runs on.
    package mutating func perform(_ action: SimulationAction) {
        switch action {
        case .apply(let documents): apply(documents)
        case .setImage(let key, let image):
            withRollout(key) { rollout in try? [RolloutVerb.setImage(of: "*", to: image, in: rollout)] }
        case .abort(let key): withRollout(key) { _ in [RolloutVerb.abort] }
        case .retry(let key): withRollout(key) { _ in [RolloutVerb.retry] }
        case .promote(let key, let promotion):
            withRollout(key) { rollout in try? RolloutVerb.promote(rollout, promotion) }
        case .scale(let key, let size): scale(key, to: size)
        case .delete(let kind, let key):
            promises.disarm()
            world.perform(.delete(.init(kind, key)), by: "person", now: now)
        case .write(let write): world.perform(write, by: "person", now: now)
        case .restart:
            world.trace.add("person restarts \(weir.name)", now: now)
            weir.start(at: now.advanced(by: settings.restartDelay))
        case .restartAfterEffect(let count): weir.crashAfterEffect = count
        }
        observer.catchUp(world.cluster)
    }

    /// Does something later: so long after the start, or now when that is past.
    package mutating func schedule(_ action: SimulationAction, at elapsed: Duration) {
        let due = max(now, settings.start.advanced(by: elapsed))
        let index = agenda.firstIndex { $0.due > due } ?? agenda.endIndex
        agenda.insert(Appointment(due: due, action: action), at: index)
    }

    /// The kinds that can be applied.
    private static let applicable: [ResourceKind] = [
        .rollout, .service, .ingress, .ingressClass, .ingressClassParams, .namespace, .configMap, .replicaSet, .pod,
        .targetGroupBinding,
    ]

    private mutating func apply(_ documents: [JSONValue]) {
        for document in documents {
            let object = KubernetesObject(document)
            let kind = Self.applicable.first { $0.kind == object.kind && $0.apiVersion == object.apiVersion }
            guard let kind else {
                let text = "person applies \(object.kind) \(object.key): \(object.apiVersion) is not simulated"
                world.trace.add(text, now: now)
                continue
            }
            var key = object.key
            if kind.isNamespaced, key.namespace.isEmpty { key.namespace = "default" }
            let type = PatchType.apply(fieldManager: "kubectl", force: true)
            let result = world.perform(
                .patch(.init(kind, key, type: type, body: document)), by: nil, now: now)
            if case .success = result { world.trace.add("person apply \(kind) \(key)", now: now) }
        }
    }

    private mutating func withRollout(
        _ key: ObjectKey, _ patches: (KubernetesObject) -> [RolloutVerb.Patch]?
    ) {
        guard let rollout = object(.rollout, key), let patches = patches(rollout) else {
            world.trace.add("person: Rollout \(key) does not take this", now: now)
            return
        }
        for patch in patches {
            let target = patch.subresource.map { "\(key)/\($0)" } ?? "\(key)"
            world.trace.add("person patch Rollout \(target) \(patch.body.text.prefix(160))", now: now)
            world.perform(
                .patch(.init(.rollout, key, body: patch.body, subresource: patch.subresource)), by: nil, now: now)
        }
    }

    private mutating func scale(_ key: ObjectKey, to size: Int) {
        let before = rollout(key)?.spec.replicas ?? size
        if size < before { promises.excuses.allow(reductionBy: before - size, now: now) }
        withRollout(key) { _ in [RolloutVerb.Patch(["spec": ["replicas": .int(size)]])] }
    }
}
