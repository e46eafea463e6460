import ELBModel
import IngressPlanning
import JSON
import KubernetesModel
import Planning

/// A world in which plans are carried out at once, as the runtime would: effects, then reads, then the next plan.
struct MiniWorld {
    var world = World()
    var aws = MiniAWS()
    var controller = IngressController(settings: testSettings)
    var now = start
    /// Every effect and decision so far, one a line.
    private(set) var trace: [String] = []

    private static let kinds: [String: ResourceKind] = [
        "Ingress": .ingress, "Service": .service, "EndpointSlice": .endpointSlice, "Pod": .pod, "Endpoints": .endpoints,
        "IngressClass": .ingressClass,
    ]

    init(_ objects: [KubernetesObject]) {
        for object in objects { insert(object) }
    }

    mutating func insert(_ object: KubernetesObject) {
        guard let kind = Self.kinds[object.kind] else { preconditionFailure("no kind \(object.kind)") }
        world.objects.insert(object, kind)
    }

    mutating func remove(_ kind: ResourceKind, _ name: String) {
        world.objects.remove(kind, ObjectKey(namespace: "shop", name: name))
    }

    /// Changes the cached Ingress.
    mutating func edit(_ name: String = "web", _ change: (inout JSONValue) -> Void) {
        guard var object = ingress(name) else { return }
        change(&object.document)
        world.objects.insert(object, .ingress)
    }

    mutating func annotate(_ suffix: String, _ value: String?) {
        edit { $0.set(value.map { .string($0) }, at: "metadata", "annotations", "\(prefix)/\(suffix)") }
    }

    func ingress(_ name: String = "web") -> KubernetesObject? {
        world.objects.object(.ingress, ObjectKey(namespace: "shop", name: name))
    }

    func plan(_ name: String = "web") -> Plan {
        controller.plan(ObjectKey(namespace: "shop", name: name), in: world, now: now)
    }

    /// One plan carried out; the plan.
    @discardableResult
    mutating func step(_ name: String = "web") -> Plan {
        let plan = plan(name)
        for decision in plan.decisions { trace.append("  because \(decision)") }
        for effect in plan.effects {
            trace.append("\(effect)")
            carryOut(effect, of: plan)
        }
        read(for: plan)
        return plan
    }

    /// Steps until a plan changes nothing more and reads nothing more; every effect but events, in order.
    @discardableResult
    mutating func settle(_ name: String = "web", limit: Int = 12) -> [Effect] {
        var effects: [Effect] = []
        for _ in 0..<limit {
            let before = world.observations
            let plan = step(name)
            effects += plan.effects.filter { if case .event = $0 { false } else { true } }
            if !plan.changesTheWorld, world.observations == before { return effects }
        }
        preconditionFailure("not settled after \(limit) plans:\n\(trace.suffix(20).joined(separator: "\n"))")
    }

    /// Lets time pass, long enough for everything that was read to be read again.
    mutating func wait(_ duration: Duration = .seconds(61)) { now = now.advanced(by: duration) }

    mutating func note(_ line: String) { trace.append("# \(line)") }

    private mutating func carryOut(_ effect: Effect, of plan: Plan) {
        switch effect {
        case .event: break
        case .elb(let request):
            aws.apply(request)
            for asked in plan.observations { world.observations[asked.subject] = nil }
        case .kubernetes(.patch(let patch)):
            guard var object = world.objects.object(patch.kind, patch.key) else { return }
            if patch.kind == .pod {
                guard object.setConditions(patch) else { return }
            } else {
                object.document = object.document.applyingMergePatch(patch.body)
            }
            if object.isDeleting, object.finalizers.isEmpty {
                world.objects.remove(patch.kind, patch.key)
            } else {
                world.objects.insert(object, patch.kind)
            }
        case .kubernetes(let write): preconditionFailure("MiniWorld does not know \(write)")
        }
    }

    private mutating func read(for plan: Plan) {
        for request in plan.observations where !world.observations.satisfies(request, now: now) {
            switch request.subject {
            case .stack: observe(request.subject, .stack(aws.facts))
            case .targetHealth(let arn): observe(request.subject, .targetHealth(aws.health(arn)))
            case .loadBalancer: preconditionFailure("an Ingress does not need \(request.subject)")
            }
        }
    }

    private mutating func observe(_ subject: ObservationSubject, _ facts: ObservedFacts) {
        world.observations[subject] = Observation(startedAt: now, result: .success(facts))
    }
}

extension [Effect] {
    /// The AWS operations among them.
    var operations: [String] {
        compactMap { if case .elb(let request) = $0 { request.operation } else { nil } }
    }
}

extension KubernetesObject {
    /// Carries out a strategic patch of conditions, for this very object only; they are known by their types.
    fileprivate mutating func setConditions(_ patch: KubernetesWrite.Patch) -> Bool {
        guard patch.type == .strategic, patch.subresource == "status", patch.body.at("metadata", "uid") == .string(uid)
        else { return false }
        var conditions = status["conditions"]?.arrayValue ?? []
        for wanted in patch.body.at("status", "conditions")?.arrayValue ?? [] {
            if let index = conditions.firstIndex(where: { $0["type"] == wanted["type"] }) {
                conditions[index] = conditions[index].applyingMergePatch(wanted)
            } else {
                conditions.append(wanted)
            }
        }
        document.set(.array(conditions), at: "status", "conditions")
        return true
    }
}
