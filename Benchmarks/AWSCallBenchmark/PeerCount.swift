import JSON
import KubernetesModel
import Planning
import Simulation

/// What Argo Rollouts' verification would call for the same updates, counted from its published description.
///
/// A Rollout is queued when it or one of its ReplicaSets changes; ten workers take what is queued, one Rollout at a
/// time each, and what changes while a Rollout is worked on queues it once more. Every pass over a Rollout whose
/// current step sets a weight, or that has done all steps and is not promoted, lists load balancers (300 a page), target
/// groups, tags (20 resources a call), listeners, and the rules of each listener, one call after the other. A weight
/// that is not in effect is looked at ten seconds later at the latest. After the promotion one call looks at the targets.
///
/// Nothing is counted for changes that Argo Rollouts would not make (Weir's annotations), for errors and their retries,
/// and for the load balancer controller's own calls.
struct PeerCount {
    /// `--rollout-threads`.
    private static let workers = 10
    private static let retryInterval = 10.0
    /// What a call takes, seconds: the middle of the simulation's range.
    private static let callTime = 0.05

    private struct Form {
        var version: String
        var text: String
    }

    private struct Item {
        /// By UID.
        var seen: [String: Form] = [:]
        var isQueued = false
        var busyUntil = 0.0
        var retryAt: Double?
        var isPromoted = false
    }

    private let callsPerPass: Int
    private var items: [ObjectKey: Item] = [:]
    private(set) var passes = 0
    private var targetReads = 0

    init(_ fleet: Fleet) {
        let pages = (fleet.balancerCount + 299) / 300
        let batches = (2 * fleet.rolloutsPerBalancer + 19) / 20
        callsPerPass = pages + 1 + batches + 1 + 1
    }

    var calls: Int { passes * callsPerPass + targetReads }

    /// Looks at a fleet at a time, seconds since the update began; to be called every few hundredths of a second.
    mutating func look(at keys: [ObjectKey], in simulation: Simulation, at time: Double) {
        let versions = Dictionary(grouping: simulation.objects(.replicaSet)) { $0.controllerReference?.uid ?? "" }
        for key in keys {
            guard let object = simulation.object(.rollout, key) else { continue }
            note(object, versions[object.uid] ?? [], at: time)
        }
        var free = Self.workers - items.values.count { $0.busyUntil > time }
        for key in keys where free > 0 {
            guard var item = items[key], item.isQueued, item.busyUntil <= time else { continue }
            item.isQueued = false
            if isVerifying(key, in: simulation) {
                passes += 1
                free -= 1
                item.busyUntil = time + Double(callsPerPass) * Self.callTime
                let weights = simulation.object(.rollout, key)?.status.at("canary", "weights")
                let isVerified = weights?["verified"]?.boolValue == true
                item.retryAt = isVerified ? nil : item.busyUntil + Self.retryInterval
            }
            items[key] = item
        }
    }

    private mutating func note(_ rollout: KubernetesObject, _ replicaSets: [KubernetesObject], at time: Double) {
        var item = items[rollout.key] ?? Item()
        for object in [rollout] + replicaSets {
            guard item.seen[object.uid]?.version != object.resourceVersion else { continue }
            let form = Form(version: object.resourceVersion, text: Self.text(of: object))
            if item.seen.updateValue(form, forKey: object.uid)?.text != form.text { item.isQueued = true }
        }
        if let retry = item.retryAt, retry <= time {
            item.retryAt = nil
            item.isQueued = true
        }
        let status = rollout.status
        let isDone = status["currentStepIndex"]?.intValue == Fleet.weights.count
        if isDone, Self.isPromoted(status), !item.isPromoted {
            item.isPromoted = true
            targetReads += 1
        }
        items[rollout.key] = item
    }

    /// An object as Argo Rollouts would have left it.
    private static func text(of object: KubernetesObject) -> String {
        var document = object.document
        document.set(nil, at: "metadata", "resourceVersion")
        document.set(nil, at: "metadata", "managedFields")
        for name in object.annotations.keys where name.hasPrefix("weir.dev/") {
            document.set(nil, at: "metadata", "annotations", name)
        }
        return document.text
    }

    private func isVerifying(_ key: ObjectKey, in simulation: Simulation) -> Bool {
        guard let status = simulation.object(.rollout, key)?.status else { return false }
        return status["stableRS"]?.stringValue != nil && !Self.isPromoted(status)
    }

    private static func isPromoted(_ status: JSONValue) -> Bool {
        status["stableRS"]?.stringValue == status["currentPodHash"]?.stringValue
    }
}
