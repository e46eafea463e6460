import RolloutModel

/// The numbers of pods when the share of the pods is the share of the traffic.
///
/// Source: argo-rollouts `CalculateReplicaCountsForBasicCanary`.
struct BasicCanary {
    /// How many pods each of the two versions has or is to have.
    struct Counts: Equatable {
        var canary: Int
        var stable: Int
    }

    /// Pods of one ReplicaSet: those asked for, and those available.
    struct Pods: Equatable {
        var asked: Int
        var available: Int
    }

    /// `spec.replicas`.
    var size: Int
    /// Percent of the traffic, 0...100.
    var weight: Int
    var surge: Int
    var unavailable: Int
    var canary: Pods?
    /// `nil` when there is no stable ReplicaSet, or it is the current one.
    var stable: Pods?
    /// The pods asked for by all other ReplicaSets.
    var others = 0

    init(
        size: Int, weight: Int, surge: Int, unavailable: Int, canary: Pods?, stable: Pods?, others: Int = 0
    ) {
        self.size = size
        self.weight = weight
        self.surge = surge
        self.unavailable = unavailable
        self.canary = canary
        self.stable = stable
        self.others = others
    }

    init(_ pass: RolloutPass, _ current: ReplicaSetView) {
        size = pass.size
        weight = pass.weightOfPods
        surge = pass.canary.maxSurge.roundedUp(of: size)
        unavailable = pass.maxUnavailable
        canary = Pods(asked: current.specReplicas, available: current.availableReplicas)
        stable = pass.stable.flatMap { stable in
            stable.uid == current.uid
                ? nil : Pods(asked: stable.specReplicas, available: stable.availableReplicas)
        }
        others = pass.others.reduce(0) { $0 + $1.specReplicas }
    }

    /// The counts that represent the weight best.
    var desired: Counts {
        stable == nil ? Counts(canary: size, stable: 0) : approximation
    }

    /// The whole pods whose share comes closest to the weight, with one pod more in all if surge permits and helps.
    var approximation: Counts {
        guard size > 0 else { return Counts(canary: 0, stable: 0) }
        let mayBeNothing = weight == 100 || weight == 0 || (size == 1 && surge == 0)
        var options: [(canary: Int, total: Int)] = []
        let ceiling = (size * weight + 99) / 100
        let floor = size * weight / 100
        if ceiling < size || mayBeNothing { options.append((ceiling, size)) }
        if !isTied(size), floor != 0 || mayBeNothing { options.append((floor, size)) }
        if surge > 0 {
            options.append((((size + 1) * weight + 99) / 100, size + 1))
            let more = (size + 1) * weight / 100
            if !isTied(size + 1), more != 0 || mayBeNothing { options.append((more, size + 1)) }
        }
        guard var best = options.first else { return Counts(canary: 0, stable: size) }
        for option in options.dropFirst() where error(of: option) < error(of: best) { best = option }
        return Counts(canary: best.canary, stable: best.total - best.canary)
    }

    private func isTied(_ total: Int) -> Bool { total * weight % 100 == 50 }

    private func error(of option: (canary: Int, total: Int)) -> Double {
        let share: Double = Double(option.canary * 100) / Double(option.total)
        return (share - Double(weight)).magnitude
    }
}

extension BasicCanary {
    /// The counts to ask for now: towards the desired ones, as far as surge and availability permit.
    var next: Counts {
        let wanted = desired
        var counts = Counts(canary: canary?.asked ?? 0, stable: stable?.asked ?? 0)
        var headroom = size + surge - others - counts.canary - counts.stable
        if stable != nil, counts.stable < wanted.stable, headroom > 0 {
            let growth = min(headroom, wanted.stable - counts.stable)
            counts.stable += growth
            headroom -= growth
        }
        if counts.canary < wanted.canary, headroom > 0 {
            counts.canary += min(headroom, wanted.canary - counts.canary)
        }
        guard others == 0 else { return counts }
        let minAvailable = size - unavailable
        let isGrowing = canary.map { wanted.canary >= $0.asked } ?? true
        let total = count(canary, ignoringAvailability: !isGrowing) + count(stable, ignoringAvailability: isGrowing)
        guard total > minAvailable else { return counts }
        let excess = total - minAvailable
        if !isGrowing {
            guard let canary, canary.asked > wanted.canary else { return counts }
            counts.canary = max(wanted.canary, canary.asked - excess)
            limit(drained: &counts.canary, canary, adjusted: &counts.stable, stable)
        } else if let stable, stable.asked > wanted.stable {
            counts.stable = max(wanted.stable, stable.asked - excess)
            limit(drained: &counts.stable, stable, adjusted: &counts.canary, canary)
        }
        return counts
    }

    private func count(_ pods: Pods?, ignoringAvailability: Bool) -> Int {
        guard let pods else { return 0 }
        return ignoringAvailability || pods.asked < pods.available ? pods.asked : pods.available
    }

    /// Keeps the sum within the surge and the available pods above the minimum.
    private func limit(drained: inout Int, _ draining: Pods, adjusted: inout Int, _ adjusting: Pods?) {
        let allowed = size + surge
        let minAvailable = size - unavailable
        if let adjusting {
            adjusted -= max(0, drained + adjusted - allowed)
            let available = min(draining.available, drained) + min(adjusting.available, adjusted)
            let lost = max(0, adjusting.available - adjusted)
            adjusted += min(lost, max(0, minAvailable - available))
        }
        drained -= max(0, drained + adjusted - allowed)
    }
}
