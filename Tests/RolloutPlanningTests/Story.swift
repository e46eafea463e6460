import ELBModel
import JSON
import KubernetesModel
import Planning
import RolloutModel
import RolloutPlanning
import Testing

/// A lifetime in a few lines: a manifest that differs from the usual one, what users and the world do to it, and what
/// must be reached in between. The trace is compared with a file; the promises are checked at every tick.
struct Story: Sendable, CustomTestStringConvertible {
    /// What the manifest starts from.
    enum Shop: Sendable {
        /// Four pods behind an ALB: 25 %, a pause of 3 s, 50 %, a pause until promoted.
        case canary
        /// The same with two Ingresses.
        case twoIngresses
        /// The same steps without traffic routing.
        case basic
        /// The canary, and a Deployment that has all of the traffic when the Rollout comes.
        case workload
        /// Blue-green with a preview, both behind an ALB.
        case blueGreen
        /// The canary with Services that take turns at being stable.
        case pingPong
    }

    /// A field of the manifest.
    struct Setting: Sendable {
        var path: [String]
        var value: JSONValue?
    }

    /// `family/name`: also the place of the file.
    var name: String
    var shop: Shop
    var settings: [Setting]
    var acts: [Act]

    init(_ name: String, _ shop: Shop = .canary, _ settings: [Setting] = [], _ acts: [Act]) {
        self.name = name
        self.shop = shop
        self.settings = settings
        self.acts = acts
    }

    var testDescription: String { name }
    var fileName: String { name.replacing(" ", with: "-") }
}

extension Story.Setting {
    /// A field of `spec`.
    static func spec(_ path: String..., to value: JSONValue?) -> Self { .init(path: ["spec"] + path, value: value) }

    /// A field of `spec.strategy.canary`.
    static func canary(_ path: String..., to value: JSONValue?) -> Self {
        .init(path: ["spec", "strategy", "canary"] + path, value: value)
    }

    /// A field of `spec.strategy.blueGreen`.
    static func blueGreen(_ path: String..., to value: JSONValue?) -> Self {
        .init(path: ["spec", "strategy", "blueGreen"] + path, value: value)
    }

    /// A field of `spec.strategy.canary.trafficRouting.alb`.
    static func alb(_ path: String..., to value: JSONValue?) -> Self {
        .init(path: ["spec", "strategy", "canary", "trafficRouting", "alb"] + path, value: value)
    }

    static func steps(_ steps: JSONValue) -> Self { .canary("steps", to: steps) }
    static func replicas(_ count: Int) -> Self { .spec("replicas", to: .int(count)) }

    /// Stable shrinks while the canary grows.
    static let dynamic: [Self] = [
        .canary("dynamicStableScale", to: true), .canary("scaleDownDelaySeconds", to: nil),
    ]
    static let sticky = Self.alb("stickinessConfig", to: ["enabled": true, "durationSeconds": 20])
}

/// One thing that happens in a story.
enum Act: Sendable {
    /// The image `web:N`.
    case image(Int)
    /// A merge patch of the Rollout.
    case patch(JSONValue)
    /// A merge patch of its status.
    case status(JSONValue)
    case wait(Int)
    /// Runs until this is so; the story fails when it does not happen within the seconds.
    case until(Goal, within: Int)
    /// The pods of this image never become ready, or do again.
    case broken(Int, Bool)
    /// The ELBv2 API fails, or answers again.
    case throttled(Bool)
    /// The load balancer controller does nothing, or works again.
    case stopped(Bool)
    /// The rollout controller is killed before its next effect but so many.
    case killed(after: Int)
    /// Anything else.
    case change(String, @Sendable (inout FakeCluster) -> Void)

    static func until(_ goal: Goal) -> Act { .until(goal, within: 120) }
    static let abort = Act.status(["abort": true])
    static let retry = Act.status(["abort": false])
    static let resume = Act.status(["pauseConditions": nil])
    static let promoteFull = Act.status(["promoteFull": true])
    static let pause = Act.patch(["spec": ["paused": true]])
    static let unpause = Act.patch(["spec": ["paused": false]])
    static func scale(_ count: Int) -> Act { .patch(["spec": ["replicas": .int(count)]]) }
    static func skip(to step: Int) -> Act { .status(["currentStepIndex": .int(step)]) }
    static func strategy(canary changes: JSONValue) -> Act { .patch(["spec": ["strategy": ["canary": changes]]]) }
    static func strategy(blueGreen changes: JSONValue) -> Act {
        .patch(["spec": ["strategy": ["blueGreen": changes]]])
    }

    /// A restart at this moment.
    static let restart = Act.change("restartAt now") { cluster in
        cluster.patch(RolloutVerb.restart(at: cluster.now.wholeSeconds).body)
    }
}

/// What a story waits for.
enum Goal: Sendable {
    case step(Int)
    case paused
    case degraded
    /// The image is stable, has all traffic and all pods, and nothing else has any.
    case settled(Int)
    /// The image is what the stable ReplicaSet runs.
    case stable(Int)
    case pods(Int)
    case message(String)

    func isReached(in cluster: FakeCluster) -> Bool {
        switch self {
        case .step(let index): cluster.status.currentStepIndex == index
        case .paused: cluster.status.phase == .paused && !cluster.status.pauses.isEmpty
        case .degraded: cluster.status.phase == .degraded
        case .settled(let version): cluster.isSettled(on: cluster.size, image: "web:\(version)")
        case .stable(let version): cluster.image(ofHash: cluster.status.stableRS) == "web:\(version)"
        case .pods(let count): cluster.pods.pods.count == count
        case .message(let text): cluster.status.message == text
        }
    }
}

extension FakeCluster {
    /// `spec.replicas` of the Rollout.
    var size: Int { object(.rollout, "web")?.spec["replicas"]?.intValue ?? 1 }

    func image(ofHash hash: String) -> String? {
        replicaSets.first { $0.hash == hash }?.image
    }

    mutating func perform(_ act: Act) {
        switch act {
        case .image(let version): setImage("web:\(version)")
        case .patch(let body): patch(body)
        case .status(let status): patch(["status": status], subresource: "status")
        case .wait(let seconds): run(for: .seconds(seconds))
        case .until(let goal, let limit):
            guard !run(until: goal.isReached, limit: .seconds(limit)) else { return }
            violations.append("t=\(elapsed) \(goal) was not reached within \(limit) s")
        case .broken(let version, let isBroken):
            note("pods of web:\(version) \(isBroken ? "never become ready" : "become ready")")
            if isBroken {
                pods.brokenImages.insert("web:\(version)")
            } else {
                pods.brokenImages.remove("web:\(version)")
            }
            isDirty = true
        case .throttled(let isOn):
            note("reads of AWS \(isOn ? "fail" : "work")")
            awsFailure = isOn ? ELBFailure("Throttling", "Rate exceeded", httpStatus: 400) : nil
        case .stopped(let isOn):
            note("the load balancer controller \(isOn ? "stops" : "goes on")")
            balancer.isStopped = isOn
        case .killed(let effects): crashAfter = effects
        case .change(let text, let change):
            note("change: \(text)")
            change(&self)
        }
    }

    /// Runs until nothing has happened for a while; a world that never rests is a broken promise.
    mutating func rest() {
        var quiet = 0
        var last = trace.count
        for _ in 0..<500 where quiet < 45 {
            run(for: .seconds(1))
            quiet = trace.count == last ? quiet + 1 : 0
            last = trace.count
        }
        if quiet < 45 { violations.append("t=\(elapsed) the world does not come to rest") }
    }

    /// The last lines of a story: what the world is like in the end.
    var ending: [String] {
        let status = status
        var lines = ["phase \(status.phase?.rawValue ?? "-")\(status.message.isEmpty ? "" : ": \(status.message)")"]
        if let index = status.currentStepIndex { lines.append("step \(index)") }
        if let weights = status.weights { lines.append("weight \(weights.canary.weight)") }
        let stable = replicaSets.sorted { ($0.revision ?? 0) < ($1.revision ?? 0) }
        for replicaSet in stable {
            let role = replicaSet.hash == status.stableRS ? " stable" : ""
            lines.append(
                "\(replicaSet.name) revision \(replicaSet.revision ?? 0)\(role): "
                    + "\(replicaSet.availableReplicas) of \(replicaSet.specReplicas) pods")
        }
        let conditions = status.conditions.sorted { $0.type < $1.type }
        lines.append("conditions " + conditions.map { "\($0.type)=\($0.state.rawValue)" }.joined(separator: " "))
        return lines.map { "end: \($0)" }
    }

    /// The trace with ReplicaSets named after their image instead of their hash.
    var readableTrace: [String] {
        var lines = trace + ending
        for (hash, name) in aliases.sorted(by: { $0.key < $1.key }) {
            lines = lines.map { $0.replacing(hash, with: name) }
        }
        return lines
    }
}

extension ReplicaSetView {
    /// The image of the first container.
    var image: String? { object.spec.at("template", "spec", "containers")?[0]?["image"]?.stringValue }
}

extension Story {
    /// Tells the story.
    func tell() -> FakeCluster {
        var cluster = makeCluster()
        let newcomer = shop == .workload ? cluster.object(.rollout, "web") : nil
        if let newcomer { cluster.world.objects.remove(.rollout, newcomer.key) }
        cluster.run(for: .seconds(30))
        cluster.beginStory()
        if let newcomer { cluster.apply(.rollout, newcomer.document) }
        for act in acts { cluster.perform(act) }
        cluster.rest()
        return cluster
    }

    private func makeCluster() -> FakeCluster {
        let edit: (inout JSONValue) -> Void = { rollout in
            if shop == .basic {
                rollout.set(nil, at: "spec", "strategy", "canary", "trafficRouting")
                rollout.set(nil, at: "spec", "strategy", "canary", "scaleDownDelaySeconds")
            }
            if shop == .workload {
                rollout.set(nil, at: "spec", "template")
                rollout.set(nil, at: "spec", "selector")
                rollout.set(
                    ["apiVersion": "apps/v1", "kind": "Deployment", "name": "web"], at: "spec", "workloadRef")
            }
            for setting in settings { rollout.set(setting.value, path: setting.path[...]) }
        }
        switch shop {
        case .canary, .basic: return RolloutPlanningTests.Shop.cluster(edit: edit)
        case .workload: return RolloutPlanningTests.Shop.workload(edit: edit)
        case .twoIngresses: return RolloutPlanningTests.Shop.cluster(ingresses: ["web", "admin"], edit: edit)
        case .pingPong:
            var cluster = RolloutPlanningTests.Shop.cluster { rollout in
                RolloutPlanningTests.Shop.enterPingPong(&rollout)
                edit(&rollout)
            }
            cluster.idleServices.formUnion(["web-ping", "web-pong", "web-stable"])
            for name in ["web-ping", "web-pong"] {
                cluster.apply(.service, RolloutPlanningTests.Shop.service(name))
            }
            return cluster
        case .blueGreen:
            let hasPreview = !settings.contains { $0.path.last == "previewService" && $0.value == nil }
            return RolloutPlanningTests.Shop.blueGreenCluster(previewIngress: hasPreview, edit: edit)
        }
    }
}
