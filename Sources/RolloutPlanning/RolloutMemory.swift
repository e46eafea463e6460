import JSON
import KubernetesModel
import Planning
import RolloutModel

/// What the plans for one Rollout have read from documents that change rarely.
struct RolloutMemory: Sendable {
    /// The Rollout as it was read last; `nil` when its pod template is in another object.
    var rollout: Rollout?
    /// The status that a plan wanted to stay as it was read, as it was written.
    var settledStatus: JSONValue?
    /// What its annotation says that reads have confirmed.
    private var record: KnownRecord?
    /// The hash of its template, and what it was computed from.
    private var hash: (template: JSONValue, collisionCount: Int?, value: String)?
    /// The templates of its ReplicaSets, by uid.
    private var templates: [String: PodTemplate] = [:]
    /// Its Ingresses, by name.
    private var routes: [String: IngressRoute] = [:]

    init(_ memory: PlanMemory) {
        if let former = memory.content as? RolloutMemory { self = former }
    }

    init() {}

    /// Takes the readings of a snapshot's documents from here where they are the same, and keeps the others.
    mutating func serve(_ snapshot: inout RolloutSnapshot) {
        var kept: [String: PodTemplate] = [:]
        for index in snapshot.replicaSets.indices {
            let uid = snapshot.replicaSets[index].uid
            snapshot.replicaSets[index].readTemplate(reusing: templates[uid])
            kept[uid] = snapshot.replicaSets[index].template
        }
        templates = kept
        for (name, route) in snapshot.ingresses {
            if let former = routes[name], former.object == route.object {
                snapshot.ingresses[name] = former
            } else {
                snapshot.ingresses[name]?.read()
            }
        }
        routes = snapshot.ingresses
    }

    /// Reads a Rollout, as far as it is another one than last time.
    mutating func read(
        _ object: KubernetesObject, workload: KubernetesObject?
    ) throws(FieldError) -> Rollout {
        guard workload == nil else {
            rollout = nil
            return try Rollout(object, workload: workload)
        }
        let read = try Rollout(object, replacing: rollout)
        rollout = read.spec.workloadRef == nil ? read : nil
        return read
    }

    /// What reads have confirmed so far, as the Rollout says.
    mutating func confirmed(of rollout: Rollout) -> KnownRecord {
        let annotation = rollout.object.annotation(RolloutKeys.confirmed)
        if let record, record.annotation == annotation { return record }
        let read = KnownRecord(parsing: annotation)
        record = read
        return read
    }

    /// The hash that a ReplicaSet of the template gets.
    mutating func hash(of template: PodTemplate, collisionCount: Int?) -> String {
        if let hash, hash.collisionCount == collisionCount, hash.template == template.document { return hash.value }
        let value = template.hash(collisionCount: collisionCount)
        hash = (template.document, collisionCount, value)
        return value
    }
}

/// The record of an annotation, and what would be written for it.
struct KnownRecord: Sendable {
    let annotation: String?
    let value: ConfirmedRecord
    let text: String?

    init(parsing annotation: String?) {
        self.annotation = annotation
        value = ConfirmedRecord(parsing: annotation)
        text = value.text
    }
}
