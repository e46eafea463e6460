import JSON
import KubernetesModel

/// How many replicas each ReplicaSet of a Deployment should have next.
struct DeploymentSizes {
    /// A ReplicaSet as the controller counts it.
    struct Member {
        let object: KubernetesObject
        var replicas: Int
        let available: Int

        init(_ object: KubernetesObject) {
            self.object = object
            replicas = ReplicaSetView(object).replicas
            available = object.status["availableReplicas"]?.intValue ?? 0
        }
    }

    let deployment: DeploymentView
    /// The ReplicaSet of the present template, if there is one.
    var current: Member?
    /// The others, the oldest first.
    var others: [Member]

    init(_ deployment: DeploymentView, current: KubernetesObject?, others: [KubernetesObject]) {
        self.deployment = deployment
        self.current = current.map(Member.init)
        self.others = others.map(Member.init)
    }

    private var members: [Member] { others + (current.map { [$0] } ?? []) }
    private var total: Int { members.map(\.replicas).reduce(0, +) }

    /// The size of a ReplicaSet for the present template that has `replicas` now.
    func next(from replicas: Int) -> Int {
        if deployment.isRecreating { return deployment.replicas }
        if replicas > deployment.replicas { return deployment.replicas }
        let room = deployment.replicas + deployment.bounds.surge - total
        return replicas + max(0, min(room, deployment.replicas - replicas))
    }

    /// The sizes of the others that a rolling update permits now, by name; only those that change.
    func rollingSizes() -> [String: Int] {
        let least = deployment.replicas - deployment.bounds.unavailable
        let missing = current.map { $0.replicas - $0.available } ?? 0
        var spare = total - least - missing
        guard spare > 0 else { return [:] }
        var sizes: [String: Int] = [:]
        var others = others
        // Those that serve nobody go first: that costs no availability.
        for index in others.indices where others[index].replicas > others[index].available && spare > 0 {
            let count = min(spare, others[index].replicas - others[index].available)
            others[index].replicas -= count
            spare -= count
            sizes[others[index].object.name] = others[index].replicas
        }
        var surplus = members.map(\.available).reduce(0, +) - least
        for index in others.indices where surplus > 0 && others[index].replicas > 0 {
            let count = min(surplus, others[index].replicas)
            others[index].replicas -= count
            surplus -= count
            sizes[others[index].object.name] = others[index].replicas
        }
        return sizes
    }

    /// The sizes after `spec.replicas` was changed, by name: in proportion where several ReplicaSets have pods.
    func scaledSizes() -> [String: Int] {
        let active = members.filter { $0.replicas > 0 }
        if active.count <= 1 {
            guard let only = active.first ?? current ?? others.last else { return [:] }
            return only.replicas == deployment.replicas ? [:] : [only.object.name: deployment.replicas]
        }
        if let current, current.replicas == deployment.replicas, current.available == deployment.replicas,
            current.object.annotation(DeploymentAnnotations.desiredReplicas) == "\(deployment.replicas)"
        {
            return Dictionary(uniqueKeysWithValues: others.filter { $0.replicas > 0 }.map { ($0.object.name, 0) })
        }
        return deployment.isRecreating ? [:] : proportions(of: active)
    }

    private func proportions(of active: [Member]) -> [String: Int] {
        let most = deployment.replicas > 0 ? deployment.replicas + deployment.bounds.surge : 0
        let toAdd = most - active.map(\.replicas).reduce(0, +)
        // The biggest first; of equal ones the newest when growing, the oldest when shrinking.
        let indexed = active.enumerated().sorted { left, right in
            if left.element.replicas != right.element.replicas { return left.element.replicas > right.element.replicas }
            return toAdd > 0 ? left.offset > right.offset : left.offset < right.offset
        }.map(\.element)
        var sizes: [String: Int] = [:]
        var added = 0
        for member in indexed {
            var share = 0
            if toAdd != 0 {
                let before = member.object.annotation(DeploymentAnnotations.maxReplicas).flatMap { Int($0) }
                let base = Double(max(1, before ?? deployment.object.status["replicas"]?.intValue ?? 1))
                let size = Double(member.replicas) * Double(deployment.replicas + deployment.bounds.surge) / base
                let fraction = Int(size.rounded()) - member.replicas
                share = toAdd > 0 ? min(fraction, toAdd - added) : max(fraction, toAdd - added)
            }
            added += share
            sizes[member.object.name] = member.replicas + share
        }
        if let first = indexed.first?.object.name, let size = sizes[first] {
            sizes[first] = max(0, size + toAdd - added)
        }
        return sizes
    }
}
