import JSON
import KubernetesModel
import RolloutModel
import RolloutPlanning

/// The manifests of the scenarios about routing, and what is looked at in them.
extension Shop {
    static let pausing: JSONValue = [["setWeight": 25], ["pause": [:]], ["setWeight": 50], ["pause": [:]]]

    /// A ping-pong Rollout of four pods, healthy at its first version.
    static func pingPong(
        steps: JSONValue = Shop.pausing, ingresses: [String] = ["web"], edit: (inout JSONValue) -> Void = { _ in }
    ) -> FakeCluster {
        var cluster = Shop.cluster(steps: steps, ingresses: ingresses) { rollout in
            Shop.enterPingPong(&rollout)
            edit(&rollout)
        }
        for name in ["web-ping", "web-pong"] { cluster.apply(.service, service(name)) }
        cluster.idleServices.formUnion(["web-ping", "web-pong", "web-stable"])
        cluster.run(for: .seconds(30))
        return cluster
    }

    static func enterPingPong(
        _ rollout: inout JSONValue, ping: String = "web-ping", pong: String = "web-pong"
    ) {
        rollout.set(nil, at: "spec", "strategy", "canary", "canaryService")
        rollout.set(nil, at: "spec", "strategy", "canary", "stableService")
        rollout.set(
            ["pingService": .string(ping), "pongService": .string(pong)], at: "spec", "strategy", "canary", "pingPong")
    }

    static let sticky: JSONValue = ["enabled": true, "durationSeconds": 600]
}

extension FakeCluster {
    static let actionKey = "alb.ingress.kubernetes.io/actions.web-root"

    /// Changes an object as a user would.
    mutating func edit(_ kind: ResourceKind, _ name: String, _ change: (inout JSONValue) -> Void) {
        guard var object = object(kind, name) else { return }
        let spec = object.spec
        change(&object.document)
        if object.spec != spec { object.document.set(.int(object.generation + 1), at: "metadata", "generation") }
        note("user edits \(kind.kind) \(name)")
        store(object, kind)
    }

    mutating func resume() { patch(["status": ["pauseConditions": nil]], subresource: "status") }

    /// Promotes through every pause until an image is stable.
    mutating func finish(_ image: String) {
        for _ in 0..<4 {
            run(until: { $0.status.phase == .paused || $0.isDone(image) }, limit: .seconds(90))
            guard !isDone(image) else { return }
            resume()
            run(for: .seconds(1))
        }
        run(until: { $0.isDone(image) }, limit: .seconds(120))
    }

    /// Whether an image is stable, its pods are the only ones, and all traffic is theirs.
    func isDone(_ image: String) -> Bool { isSettled(on: 4, image: image) }

    /// The destinations of the weighted action, `service=weight`.
    func action(on ingress: String = "web", key: String = FakeCluster.actionKey) -> [String] {
        let text = annotation(key, of: ingress).flatMap(ForwardActionText.init(parsing:))
        return (text?.destinations ?? []).map { "\($0.serviceName)=\($0.weight)" }
    }

    /// The version that a Service selects; `nil` when it selects all.
    func image(behind service: String) -> String? {
        let hash = object(.service, service)?.spec["selector"]?[RolloutKeys.podTemplateHash]?.stringValue
        return replicaSets.first { $0.hash == hash }?
            .object.spec.at("template", "spec", "containers")?[0]?["image"]?.stringValue
    }

    /// The backends of the first rule's paths.
    var backends: [String] {
        let paths = object(.ingress, "web")?.spec["rules"]?[0]?.at("http", "paths")?.arrayValue ?? []
        return paths.compactMap { $0.at("backend", "service", "name")?.stringValue }
    }
}
