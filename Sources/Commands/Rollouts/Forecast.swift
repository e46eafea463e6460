import JSON
import KubernetesModel
import RolloutModel
import RolloutView
import Simulation

/// Applies manifests in a simulated world and records what happens.
struct Forecast: Sendable {
    /// How long the present state may take to be set up, in virtual time.
    private static let setUpMax = Duration.seconds(1_800)
    /// How long former pods may take to go.
    private static let restMax = Duration.seconds(7_200)
    /// How often a person may have to consent.
    private static let consentsMax = 200

    private let manifests: PlannedManifests
    private let present: PresentState?
    private let limit: Duration
    private var simulation: Simulation
    /// Looks at every moment after the manifests are applied; `nil` when nobody wants to know.
    private var recorder: TimelineRecorder?

    /// - Parameters:
    ///   - present: what there is already; `nil` for nothing.
    ///   - limit: how long the update may take in virtual time.
    init(_ manifests: PlannedManifests, present: PresentState?, seed: UInt64, limit: Duration) {
        self.manifests = manifests
        self.present = present
        self.limit = limit
        simulation = Simulation(SimulationSettings(seed: seed))
    }

    /// The forecast.
    ///
    /// - Throws: `UsageProblem` when the present state does not become Healthy in the simulation.
    func made() throws -> UpdateForecast {
        var copy = self
        return try copy.make(isRecorded: false)
    }

    /// The forecast, and how the traffic and the pods of its first Rollout develop.
    ///
    /// - Parameter forks: whether a copy of the world is kept at every step.
    /// - Throws: `UsageProblem` when the present state does not become Healthy in the simulation.
    func recorded(forks: Bool) throws -> (forecast: UpdateForecast, recorder: TimelineRecorder) {
        var copy = self
        let forecast = try copy.make(isRecorded: true, forks: forks)
        guard let recorder = copy.recorder else { preconditionFailure("a recorded forecast has a recorder") }
        return (forecast, recorder)
    }

    private mutating func make(isRecorded: Bool, forks: Bool = false) throws -> UpdateForecast {
        try setUp()
        var forecast = UpdateForecast(basis: basis)
        forecast.assumptions = assumptions
        forecast.pods.before = podCount
        let begin = (
            time: simulation.elapsed, line: simulation.trace.count, calls: simulation.statistics.awsCalls
        )
        let broken = simulation.violations.count
        simulation.perform(.apply(manifests.documents))
        let keys = manifests.rollouts.map(\.key)
        if isRecorded, let first = keys.first {
            recorder = TimelineRecorder(of: first, forks: forks, begin: begin.time)
            recorder?.look(at: simulation)
        }
        forecast.consents = run(until: { simulation in keys.allSatisfy { simulation.isHealthy($0) } })
        let isHealthy = keys.allSatisfy { simulation.isHealthy($0) }
        if isHealthy {
            forecast.untilHealthy = simulation.elapsed - begin.time
            let wanted = keys.reduce(0) { $0 + (simulation.rollout($1)?.spec.replicas ?? 0) }
            let isAtRest = advance(within: Self.restMax) { $0.objects(.pod).count <= wanted }
            if isAtRest { forecast.untilRest = simulation.elapsed - begin.time }
            advance(within: .seconds(5))
        }
        forecast.end = end
        forecast.pods.most = simulation.statistics.podsMax
        forecast.pods.after = podCount
        let calls = simulation.statistics.awsCalls
        for operation in calls.keys.sorted() {
            let count = (calls[operation] ?? 0) - (begin.calls[operation] ?? 0)
            if operation.hasPrefix("Describe") {
                forecast.reads += count
            } else if count > 0 {
                forecast.changes.append(.init(operation, count))
            }
        }
        forecast.entries = ForecastTrace.entries(
            simulation.trace[begin.line...], from: begin.time, at: simulation.settings.start.advanced(by: begin.time))
        forecast.violations = simulation.violations[broken...].map { "\($0)" }
        return forecast
    }

    /// Pods that are not going away.
    private var podCount: Int { simulation.objects(.pod).filter { !$0.isDeleting }.count }

    /// Builds what is there already, and waits until it is well.
    private mutating func setUp() throws {
        let spaces = manifests.namespaces.map { name -> JSONValue in
            ["apiVersion": "v1", "kind": "Namespace", "metadata": ["name": .string(name)]]
        }
        simulation.perform(.apply(spaces))
        guard let present, !present.documents.isEmpty else { return }
        simulation.perform(.apply(present.documents))
        let rollouts = present.documents.map(KubernetesObject.init).filter { $0.kind == "Rollout" }
        guard !rollouts.isEmpty else { return }
        let isReady = simulation.run(within: Self.setUpMax) { simulation in
            rollouts.allSatisfy { simulation.isHealthy($0.key) } && simulation.isInService
        }
        // What was set up needs a moment to come to rest.
        simulation.run(within: .seconds(60))
        for rollout in rollouts where !simulation.isHealthy(rollout.key) || !isReady {
            let status = simulation.object(.rollout, rollout.key).map {
                RolloutStatus(document: $0.status)
            }
            let phase = status?.phase?.rawValue ?? "not there"
            throw UsageProblem(
                "Rollout \(rollout.key) as it is now does not become Healthy in the simulation: \(phase) "
                    + "\(status?.message ?? ""). `weir lint` and `weir why \(rollout.name)` may tell why; --offline "
                    + "plans without the present state.")
        }
    }

    /// Lets time pass until a condition holds, promoting whenever only a person could.
    ///
    /// - Returns: how often a person had to.
    private mutating func run(until isReached: (Simulation) -> Bool) -> Int {
        let end = simulation.elapsed + limit
        let keys = manifests.rollouts.map(\.key)
        var consents = 0
        while consents <= Self.consentsMax, simulation.elapsed < end {
            let hasStopped = advance(within: end - simulation.elapsed) { simulation in
                isReached(simulation) || keys.contains { Self.needsConsent($0, in: simulation) }
                    || keys.contains { Self.isDegraded($0, in: simulation) }
            }
            let waiting = keys.filter { Self.needsConsent($0, in: simulation) }
            guard hasStopped, !isReached(simulation), !waiting.isEmpty else { break }
            for key in waiting { simulation.perform(.promote(key, .resume)) }
            consents += waiting.count
            advance(within: .seconds(2))
        }
        return consents
    }

    /// Lets time pass until a condition holds, with the recorder looking on.
    @discardableResult
    private mutating func advance(
        within limit: Duration, until isReached: (Simulation) -> Bool = { _ in false }
    ) -> Bool {
        var recorder = recorder
        defer { self.recorder = recorder }
        return simulation.run(within: limit) { simulation in
            recorder?.look(at: simulation)
            return isReached(simulation)
        }
    }

    /// Whether a Rollout waits for a person and not for time.
    private static func needsConsent(_ key: ObjectKey, in simulation: Simulation) -> Bool {
        guard let rollout = simulation.rollout(key), rollout.isObserved, !rollout.status.pauses.isEmpty
        else {
            return false
        }
        if let blueGreen = rollout.spec.blueGreen { return !blueGreen.autoPromotionEnabled }
        guard let index = rollout.status.currentStepIndex,
            rollout.spec.canary.steps.indices.contains(index)
        else {
            return false
        }
        let pause = rollout.spec.canary.steps[index].pause
        return pause.map { $0.seconds == nil } ?? false
    }

    private static func isDegraded(_ key: ObjectKey, in simulation: Simulation) -> Bool {
        guard let object = simulation.object(.rollout, key) else { return false }
        let status = RolloutStatus(document: object.status)
        return status.phase == .degraded && status.observedGeneration == "\(object.generation)"
    }

    private var basis: String {
        guard let present else { return "nothing: an empty cluster" }
        let rollouts = present.documents.map(KubernetesObject.init).filter { $0.kind == "Rollout" }
        if rollouts.isEmpty { return "the cluster, which has none of these Rollouts" }
        return "\(present.source) \(rollouts.map { "Rollout \($0.key)" }.joined(separator: ", "))"
    }

    private var assumptions: [String] {
        var lines = (present?.notes ?? []) + manifests.notes
        lines.append("pods become ready as soon as their probes allow, and AWS answers within 80 ms")
        lines.append(
            "load balancers' nodes follow within a second or so, and nobody scales or changes anything")
        if !manifests.unknown.isEmpty {
            lines.append("not simulated: \(manifests.unknown.joined(separator: ", "))")
        }
        return lines
    }

    private var end: String {
        manifests.rollouts.map { wanted in
            guard let object = simulation.object(.rollout, wanted.key) else {
                return "Rollout \(wanted.key) was refused; `weir lint` tells why"
            }
            let status = RolloutStatus(document: object.status)
            let word = status.phase?.rawValue ?? "not looked at"
            let text = "Rollout \(wanted.key) \(word)"
            return status.message.isEmpty ? text : "\(text) - \(status.message)"
        }.joined(separator: "; ")
    }
}

/// Turns the trace of a simulation into the lines of a forecast.
enum ForecastTrace {
    /// What Weir and people do, and what becomes of the Rollouts; what the cluster does by itself follows from that.
    ///
    /// - Parameters:
    ///   - begin: when the manifests were applied, from the start of the trace.
    ///   - moment: the same as a time in the simulation.
    static func entries(
        _ trace: some Sequence<String>, from begin: Duration, at moment: Timestamp
    ) -> [UpdateForecast.Entry] {
        trace.compactMap { line in
            guard line.hasPrefix("t="), let blank = line.firstIndex(of: " "),
                let seconds = Double(line[..<blank].dropFirst(2).dropLast()),
                let text = text(of: line[line.index(after: blank)...], from: moment)
            else { return nil }
            let at = Duration.microseconds(Int64((seconds * 1e6).rounded())) - begin
            return UpdateForecast.Entry(at: max(.zero, at), text: text)
        }
    }

    private static func text(of words: Substring, from moment: Timestamp) -> String? {
        if words.hasPrefix("rollout ") { return "Rollout \(words.dropFirst("rollout ".count))" }
        if words.hasPrefix("person promotes") { return "consent: a person \(words.dropFirst("person ".count))" }
        guard words.hasPrefix("weir "), !words.hasPrefix("weir event ") else { return nil }
        let action = words.dropFirst("weir ".count)
        let parts = action.split(separator: " ").map(String.init)
        if parts.count > 3, parts[0] == "aws", parts[1] == "RegisterTargets" || parts[1] == "DeregisterTargets" {
            // The addresses are the simulation's own.
            let count = parts.count - 3
            return "aws \(parts[1]) \(parts[2]) (\(count) target\(count == 1 ? "" : "s"))"
        }
        // So are its times.
        return parts.map { Timestamp(parsing: $0).map { relative($0, to: moment) } ?? $0 }.joined(separator: " ")
    }

    private static func relative(_ time: Timestamp, to moment: Timestamp) -> String {
        "+\(Int(moment.duration(to: time).inSeconds.rounded()))s"
    }
}
