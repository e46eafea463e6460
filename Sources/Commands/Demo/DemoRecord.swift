import JSON
package import KubernetesModel

/// Everything the demonstration has seen, reduced from snapshots; pure, so that a test can feed it.
package struct DemoRecord: Equatable, Sendable {
    /// The `setWeight` steps that were reached, in order.
    package private(set) var steps: [DemoStep] = []
    /// Every pod that was seen, by name.
    package private(set) var pods: [String: DemoPod] = [:]
    /// When the annotation's weight last changed, and to what.
    private var weight: Int?
    private var isWatchingSteps = false

    package init() {}

    /// From now on weights belong to steps of the update.
    package mutating func beginUpdate() {
        isWatchingSteps = true
    }

    /// Takes over one look at the world.
    package mutating func add(_ snapshot: DemoSnapshot) {
        addPods(snapshot)
        guard isWatchingSteps else { return }
        if let annotation = snapshot.annotationWeight, annotation != weight {
            weight = annotation
            if let last = steps.indices.last, steps[last].endedAt == nil { steps[last].endedAt = snapshot.at }
            if annotation == snapshot.specWeight, annotation > 0, steps.last?.setWeight != annotation {
                steps.append(DemoStep(index: snapshot.weightStepIndex, setWeight: annotation, requestedAt: snapshot.at))
            }
        }
        guard let last = steps.indices.last, steps[last].endedAt == nil, steps[last].confirmedAt == nil,
            let confirmed = snapshot.confirmedWeight, confirmed == steps[last].setWeight
        else { return }
        steps[last].confirmedAt = snapshot.at
        steps[last].confirmedWeight = confirmed
    }

    /// Counts the traffic of each step: requests sent after the confirmation and before the next weight was asked for.
    ///
    /// - Parameters:
    ///   - former: the image of the version that was there before the update; what another answers is the canary's.
    ///   - lag: how long after a confirmation a node of the load balancer may still act on the weight before.
    ///   - margin: how much earlier than noticed the next weight may have been asked for.
    package mutating func count(
        _ log: TrafficLog, former: String, lag: Duration, margin: Duration, now: Timestamp
    ) {
        for index in steps.indices {
            guard let start = steps[index].confirmedAt?.advanced(by: lag) else { continue }
            let end = (steps[index].endedAt ?? now).advanced(by: .zero - margin)
            let samples = log.samples(from: start, to: end).filter { !$0.isFailed }
            steps[index].requests = samples.count
            steps[index].canaryRequests = samples.filter { $0.image != former }.count
        }
    }

    /// Notes when the data plane could last have reached the pod with an address.
    package mutating func noteReachable(ip: String, at time: Timestamp) {
        for (name, pod) in pods where pod.ip == ip {
            pods[name]?.lastReachableAt = max(pod.lastReachableAt ?? time, time)
        }
    }

    /// The pods, sorted by version, then name.
    package var sortedPods: [DemoPod] {
        pods.values.sorted { ($0.version, $0.name) < ($1.version, $1.name) }
    }

    private mutating func addPods(_ snapshot: DemoSnapshot) {
        for object in snapshot.pods {
            let image = object.firstImage
            let ip = object.status["podIP"]?.stringValue ?? ""
            var pod =
                pods[object.name]
                ?? DemoPod(name: object.name, image: image, ip: ip, createdAt: snapshot.at)
            if !ip.isEmpty { pod.ip = ip }
            if object.isDeleting, pod.deletionRequestedAt == nil { pod.deletionRequestedAt = snapshot.at }
            pods[object.name] = pod
        }
        let present = Set(snapshot.pods.map(\.name))
        for (name, pod) in pods where !present.contains(name) && pod.deletedAt == nil {
            pods[name]?.deletedAt = snapshot.at
        }
    }
}
