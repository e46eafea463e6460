import JSON
import KubernetesModel
import RolloutModel

extension Simulation {
    /// Does something now; what follows from it happens when the simulation runs on.
    package mutating func perform(_ action: SimulationAction) {
        if case .abort = action {} else { promises.noteInterference(now: now) }
        switch action {
        case .apply(let documents): apply(documents)
        case .setImage(let key, let image):
            change(key, "sets the image of", to: image) { rollout in
                try? [RolloutVerb.setImage(of: "*", to: image, in: rollout)]
            }
        case .abort(let key):
            if let rollout = rollout(key) { promises.noteAbort(of: rollout, now: now) }
            change(key, "aborts") { _ in [RolloutVerb.abort] }
        case .retry(let key): change(key, "retries") { _ in [RolloutVerb.retry] }
        case .promote(let key, let promotion): promote(key, promotion)
        case .scale(let key, let size): scale(key, to: size)
        case .delete(let kind, let key):
            promises.disarm()
            world.perform(.delete(.init(kind, key)), by: SimulatedActor.personName, now: now)
        case .write(let write): world.perform(write, by: SimulatedActor.personName, now: now)
        case .failAWS(let operation, let count, let failure):
            world.failAWS(operation, count: count, failure)
            world.trace.add("aws refuses \(count) \(operation ?? "calls") with \(failure)", now: now)
        case .restart:
            world.trace.add("person restarts \(weir.name)", now: now)
            weir.start(at: now.advanced(by: settings.restartDelay))
            world.budget.restart()
        case .restartAfterEffect(let count): weir.crashAfterEffect = count
        case .restartAfterNextEffects(let count): weir.crashAfterEffect = weir.effectsSent + count
        default: disturb(action)
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

    /// Sends the patches of a verb; says so when the Rollout does not take it.
    private mutating func change(
        _ key: ObjectKey, _ verb: String, to value: String? = nil,
        _ patches: (KubernetesObject) -> [RolloutVerb.Patch]?
    ) {
        let text = "person \(verb) Rollout \(key)" + (value.map { " to \($0)" } ?? "")
        guard let rollout = object(.rollout, key), let patches = patches(rollout) else {
            world.trace.add("\(text), which does not take it", now: now)
            return
        }
        world.trace.add(text, now: now)
        for patch in patches {
            world.perform(
                .patch(.init(.rollout, key, body: patch.body, subresource: patch.subresource)), by: nil, now: now)
        }
    }

    private mutating func promote(_ key: ObjectKey, _ promotion: RolloutVerb.Promotion) {
        let index = rollout(key)?.status.currentStepIndex
        change(key, "promotes", to: "\(promotion)") { rollout in try? RolloutVerb.promote(rollout, promotion) }
        observer.catchUp(world.cluster)
        if let rollout = rollout(key), rollout.status.currentStepIndex != index { promises.noteSkip(of: rollout) }
    }

    mutating func scale(_ key: ObjectKey, to size: Int) {
        let before = rollout(key)?.spec.replicas ?? size
        if size < before { promises.excuses.allow(reductionBy: before - size, now: now) }
        change(key, "scales", to: "\(size)") { _ in [RolloutVerb.Patch(["spec": ["replicas": .int(size)]])] }
    }
}
