import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning

/// A Rollout and what surrounds it, in virtual time: an API store, ReplicaSets that make pods, and one load balancer
/// per Ingress that follows the annotations. Every promise about traffic is checked at every tick.
struct FakeCluster {
    static let tick = Duration.milliseconds(250)
    static let start = Timestamp(seconds: 1_767_225_600)

    var world = World()
    var now = FakeCluster.start
    var controller: RolloutController
    var version = 100
    /// The zero of the times in the trace.
    var origin = FakeCluster.start
    /// Readable names of ReplicaSets by their hash: `v2` for the first that runs `web:2`.
    var aliases: [String: String] = [:]
    var wakeAt: Timestamp? = FakeCluster.start
    var isDirty = true
    var trace: [String] = []
    var violations: [String] = []
    /// The most plans that one instant needed.
    var plansAtOnce = 0

    var pods = FakePods()
    var balancer = FakeLoadBalancer()
    /// Set to make every read of AWS fail.
    var awsFailure: ELBFailure?
    /// Set to have reads of AWS wait for their turn, which does not come.
    var isReadHeld = false
    /// Set to have the API server refuse writes.
    var refuses: (@Sendable (KubernetesWrite) -> KubernetesFailure?)?
    /// After how many more effects the controller is killed, once.
    var crashAfter: Int?
    /// Reads of AWS so far.
    var reads = 0
    /// The Ingresses that had a healthy target once: the first target of a new load balancer has to become healthy.
    var hasServed: Set<String> = []
    /// Services that requests inside the cluster do not go to: they may be empty.
    var idleServices: Set<String> = ["web-canary", "web-preview"]
    /// Plans so far.
    var plans = 0
    /// Every condition that a status had, as `Type=State Reason: message`.
    var conditionsSeen: Set<String> = []
    /// Every Rollout there ever was.
    private var keys: Set<ObjectKey> = []
    /// The version of the world in which everything had come to rest; `nil` while something moves.
    private var stillAt: Int?
    private var lastEffect = ""
    private var isPlanning = false

    init(settings: RolloutSettings = RolloutSettings(settleTime: .seconds(2))) {
        controller = RolloutController(settings: settings)
    }

    /// Seconds since the start, or since the story began.
    var elapsed: Double { origin.duration(to: now).inSeconds }

    /// Forgets what happened so far.
    mutating func beginStory() {
        origin = now
        trace = []
    }

    mutating func note(_ line: String) {
        let tenths = Int(elapsed * 100)
        let text = "\(tenths / 100).\(tenths % 100 < 10 ? "0" : "")\(tenths % 100)"
        trace.append("t=\(text)s \(line)")
    }

    /// Runs for a time.
    mutating func run(for duration: Duration) {
        let end = now.advanced(by: duration)
        while now < end { step() }
    }

    /// Runs until a condition holds; `false` when it does not within the limit.
    @discardableResult
    mutating func run(until condition: (FakeCluster) -> Bool, limit: Duration = .seconds(300)) -> Bool {
        let end = now.advanced(by: limit)
        while now < end {
            if condition(self) { return true }
            step()
        }
        return condition(self)
    }

    /// One tick: the cluster moves, then the controller plans until it has nothing more to do at this instant.
    mutating func step() {
        now = now.advanced(by: Self.tick)
        let isDue = wakeAt.map { $0 <= now } ?? false
        // Where nothing moves nothing needs to be looked at again.
        if !isDue, !isDirty, stillAt == version, pods.lost.isEmpty { return }
        let before = version
        moveCluster()
        if isDirty || isDue { settle() }
        checkTraffic()
        let isStill =
            before == version && balancer.isAtRest(now: now) && pods.pods.allSatisfy(\.isReady) && !isMaturing
        stillAt = isStill ? version : nil
    }

    private mutating func settle() {
        isPlanning = true
        defer { isPlanning = false }
        for round in 1...50 {
            plansAtOnce = max(plansAtOnce, round)
            isDirty = false
            var hasActed = false
            var wake: Timestamp?
            keys.formUnion(world.objects.objects(.rollout).map(\.key))
            for key in keys.sorted() {
                let plan = controller.plan(key, in: world, now: now)
                plans += 1
                for effect in plan.effects {
                    if crashAfter == 0 {
                        crashAfter = nil
                        world.observations = Observations()
                        // The next controller looks at everything.
                        isDirty = true
                        note("the controller is killed before: \(effect)")
                        break
                    }
                    crashAfter = crashAfter.map { $0 - 1 }
                    lastEffect = "\(effect)"
                    guard perform(effect) else { break }
                    hasActed = true
                }
                if observe(plan.observations) { hasActed = true }
                if let time = plan.wakeAt { wake = wake.map { min($0, time) } ?? time }
            }
            wakeAt = wake
            if !hasActed { return }
        }
        violations.append("t=\(elapsed) the planner does not come to rest: \(lastEffect)")
    }

    private mutating func observe(_ requests: [ObservationRequest]) -> Bool {
        var isNew = false
        let wanted = requests.filter { !world.observations.satisfies($0, now: now) }
        world.readsAwaitedSince = isReadHeld && !wanted.isEmpty ? world.readsAwaitedSince ?? now : nil
        guard !isReadHeld else { return false }
        for request in wanted {
            // In one instant nothing can be read twice.
            if world.observations[request.subject]?.startedAt == now { continue }
            reads += 1
            let result: Observation.Result
            if let awsFailure {
                result = .failure(awsFailure)
            } else {
                result = .success(balancer.facts(request.subject))
            }
            world.observations[request.subject] = Observation(startedAt: now, result: result)
            isNew = true
        }
        return isNew
    }
}

extension FakeCluster {
    func object(_ kind: ResourceKind, _ name: String) -> KubernetesObject? {
        world.objects.object(kind, ObjectKey(namespace: "shop", name: name))
    }

    var status: RolloutStatus {
        RolloutStatus(document: object(.rollout, "web")?.status ?? [:])
    }

    var replicaSets: [ReplicaSetView] {
        world.objects.objects(.replicaSet, namespace: "shop").map(ReplicaSetView.init)
    }

    func annotation(_ key: String, of ingress: String = "web") -> String? {
        object(.ingress, ingress)?.annotation(key)
    }

    /// Writes an object as a user would.
    mutating func apply(_ kind: ResourceKind, _ document: JSONValue) {
        var object = KubernetesObject(document)
        object.document.set("shop", at: "metadata", "namespace")
        object.document.set(.string("uid-\(kind.plural)-\(object.name)"), at: "metadata", "uid")
        object.document.set(1, at: "metadata", "generation")
        object.document.set(.string(now.rfc3339), at: "metadata", "creationTimestamp")
        store(object, kind)
    }

    /// Patches the Rollout as a user or a command line would.
    mutating func patch(_ body: JSONValue, subresource: String? = nil) {
        note("user \(body.text)")
        _ = perform(
            .kubernetes(
                .patch(.init(.rollout, ObjectKey(namespace: "shop", name: "web"), body: body, subresource: subresource))
            ))
    }

    mutating func setImage(_ image: String) {
        patch(["spec": ["template": ["spec": ["containers": [["name": "web", "image": .string(image)]]]]]])
    }

    mutating func store(_ object: KubernetesObject, _ kind: ResourceKind) {
        version += 1
        var object = object
        object.document.set(.string("\(version)"), at: "metadata", "resourceVersion")
        if kind == .replicaSet { giveAlias(ReplicaSetView(object)) }
        world.objects.insert(object, kind)
        isDirty = true
    }

    private mutating func giveAlias(_ replicaSet: ReplicaSetView) {
        guard !replicaSet.hash.isEmpty, aliases[replicaSet.hash] == nil, let image = replicaSet.image else { return }
        let name = "v\(image.split(separator: ":").last ?? "")"
        let others = aliases.values.filter { $0.hasPrefix(name) }.count
        aliases[replicaSet.hash] = name + ["", "b", "c", "d"][min(others, 3)]
    }

    /// Deletes a Rollout as a user would; what it owns goes with it unless it is orphaned.
    mutating func deleteRollout(_ name: String = "web", orphans: Bool = false) {
        guard var object = object(.rollout, name) else { return }
        note("user deletes Rollout \(name)\(orphans ? " and orphans what it owns" : "")")
        guard object.finalizers.isEmpty else {
            object.document.set(.string(now.rfc3339), at: "metadata", "deletionTimestamp")
            return store(object, .rollout)
        }
        collect(object, orphans: orphans)
    }

    private mutating func collect(_ rollout: KubernetesObject, orphans: Bool) {
        world.objects.remove(.rollout, rollout.key)
        isDirty = true
        for replicaSet in replicaSets where replicaSet.object.controllerReference?.uid == rollout.uid {
            var updated = replicaSet.object
            if orphans {
                updated.document.set(nil, at: "metadata", "ownerReferences")
                store(updated, .replicaSet)
            } else {
                removePods(of: replicaSet)
                world.objects.remove(.replicaSet, replicaSet.object.key)
            }
        }
    }

    /// Carries out one effect; `false` when it is refused, which ends the list.
    mutating func perform(_ effect: Effect) -> Bool {
        switch effect {
        case .event(let record):
            note("event \(record.reason): \(record.message)")
            return true
        case .elb: return false
        case .kubernetes(let write):
            guard isPlanning, let failure = refuses?(write) else { return perform(write) }
            let key = ObjectKey(namespace: "shop", name: "web")
            for effect in controller.followUp(.refused(failure), of: write, for: key, in: world, now: now) {
                _ = perform(effect)
            }
            isDirty = true
            return false
        }
    }

    private mutating func perform(_ write: KubernetesWrite) -> Bool {
        switch write {
        case .create(let kind, let document):
            var object = KubernetesObject(document)
            guard world.objects.object(kind, object.key) == nil else { return false }
            object.document.set(.string("uid-\(version)"), at: "metadata", "uid")
            object.document.set(1, at: "metadata", "generation")
            object.document.set(.string(now.rfc3339), at: "metadata", "creationTimestamp")
            note("create \(kind.kind) \(object.name)\(Self.extras(of: object))")
            store(object, kind)
        case .patch(let patch):
            guard var object = world.objects.object(patch.kind, patch.key) else { return false }
            if let version = patch.resourceVersion, version != object.resourceVersion {
                note("conflict on \(patch.kind.kind) \(patch.key.name)")
                isDirty = true
                return false
            }
            let before = object
            object.document = object.document.applyingMergePatch(patch.body)
            if before.spec != object.spec {
                object.document.set(.int(before.generation + 1), at: "metadata", "generation")
            }
            guard object != before else {
                let isQuestion = patch == .unchanged(patch.kind, object)
                if isPlanning, !isQuestion { violations.append("t=\(elapsed) a patch changes nothing: \(write)") }
                return true
            }
            if patch.kind == .rollout, object.isDeleting, object.finalizers.isEmpty {
                note("the finalizers of Rollout \(object.name) are gone")
                collect(object, orphans: false)
                return true
            }
            store(object, patch.kind)
            describe(patch, before: before)
        case .delete(let deletion):
            note("delete \(deletion.kind.kind) \(deletion.key.name)")
            world.objects.remove(deletion.kind, deletion.key)
            isDirty = true
        case .evict(let key):
            note("evict Pod \(key.name)")
            pods.evict(key.name)
            if var pod = world.objects.object(.pod, key) {
                pod.document.set(.string(now.rfc3339), at: "metadata", "deletionTimestamp")
                store(pod, .pod)
            }
        case .update: return false
        }
        return true
    }

    /// What a new ReplicaSet has beside the pod template.
    private static func extras(of object: KubernetesObject) -> String {
        let target = AntiAffinity.target(in: object.spec["template"] ?? [:]).map { " apart from \($0)" } ?? ""
        return target + (object.annotation(RolloutKeys.ephemeralMetadata).map { " with \($0)" } ?? "")
    }

    private mutating func describe(_ patch: KubernetesWrite.Patch, before: KubernetesObject) {
        switch (patch.kind, patch.subresource) {
        case (.rollout, "status"?):
            let old = RolloutStatus(document: before.status)
            let new = status
            conditionsSeen.formUnion(
                new.conditions.map { "\($0.type)=\($0.state.rawValue) \($0.reason): \($0.message)" })
            let lines = [
                Self.change("phase", old.phase?.rawValue, new.phase?.rawValue),
                Self.change("message", old.message, new.message),
                Self.change("step", old.currentStepIndex.map(String.init), new.currentStepIndex.map(String.init)),
                Self.change("stable", old.stableRS, new.stableRS),
                Self.change(
                    "weight", old.weights.map { "\($0.canary.weight)" }, new.weights.map { "\($0.canary.weight)" }),
                Self.change("verified", old.weights?.verified.map { "\($0)" }, new.weights?.verified.map { "\($0)" }),
            ].compactMap { $0 }
            if !lines.isEmpty { note("status \(lines.joined(separator: " "))") }
        case (.rollout, _): break
        case (.ingress, _):
            let annotations = patch.body.at("metadata", "annotations")?.objectValue
            let isWhole = patch.body["spec"] != nil
            let action = isWhole ? nil : annotations?.first { $0.key.contains("/actions.") && !$0.value.isNull }
            let isUsual = action.map { $0.key == Self.actionKey } ?? true
            let key = isUsual ? "" : "\(action?.key ?? ""): "
            note("patch Ingress \(patch.key.name) \(key)\(action?.value.stringValue ?? patch.body.text)")
        default: note("patch \(patch.kind.kind) \(patch.key.name) \(patch.body.text)")
        }
    }

    private static func change(_ name: String, _ old: String?, _ new: String?) -> String? {
        old ?? "" == new ?? ""
            ? nil : "\(name)=\(new.map { $0.isEmpty ? "-" : $0.contains(" ") ? "\"\($0)\"" : $0 } ?? "-")"
    }
}
