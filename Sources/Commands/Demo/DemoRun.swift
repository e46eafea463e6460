import AsyncHTTPClient
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import NIOCore
import NIOHTTP1
import RolloutModel
import Sandbox

/// One demonstration: apply, drive traffic, update, watch, judge.
struct DemoRun: Sendable {
    /// How long each part may take before the run is judged as it stands.
    private static let healthyTimeout: Duration = .seconds(60)
    private static let updateTimeout: Duration = .seconds(180)
    private static let pollInterval: Duration = .milliseconds(50)
    /// How much earlier than its arrival here a weight may have been asked for.
    private static let margin: Duration = .milliseconds(100)

    var scenario: DemoScenario
    var manifests: DemoManifests
    /// What to update to instead of the manifests' own next version.
    var image: String?
    var rate: Int
    var seed: UInt64
    var place: DemoPlace
    var client: KubernetesHTTPClient
    var http: HTTPClient
    var progress: StandardStream
    var startedAt: Timestamp

    private var clock: WallClock { WallClock() }

    /// Runs to the end and judges.
    func run() async throws -> DemoReport {
        var view = View(screen: DemoScreen(stream: progress, start: startedAt))
        let applied = try await ManifestApplier(api: client).apply(manifests.documents)
        for object in applied { view.screen.say("applied \(object.kind) \(object.key)", at: clock.now) }
        let feed = DemoFeed(api: client, rollout: manifests.rolloutKey, ingress: manifests.ingress)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await feed.run() }
            let report = try await play(&view, feed)
            group.cancelAll()
            return report
        }
    }

    private func play(_ view: inout View, _ feed: DemoFeed) async throws -> DemoReport {
        let log = view.log
        let healthy = try await follow(&view, feed, timeout: Self.healthyTimeout) { $0.isSettled }
        guard healthy.isSettled else {
            let problem = "the first version did not become Healthy: \(healthy.phase) \(healthy.message)"
            return report(view, [problem])
        }
        let address = try await listenerAddress()
        try await waitForAnswer(at: address)
        view.screen.say("the load balancer answers at http://\(address)", at: clock.now)
        let driver = TrafficDriver(address: address, host: manifests.host, rate: rate, log: log)
        let missed = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await driver.run(using: http) }
            let missed = try await perform(scenario.acts, &view, feed)
            group.cancelAll()
            return missed
        }
        view.record.count(
            log, former: manifests.image, lag: place.propagationDelay, margin: Self.margin, now: clock.now)
        let judgement = DemoJudgement(scenario: scenario, record: view.record, log: log, missed: missed)
        return report(view, judgement.problems)
    }

    /// Does one act after the other.
    ///
    /// - Returns: the condition that did not come, and the state in which it was given up.
    private func perform(
        _ acts: [DemoAct], _ view: inout View, _ feed: DemoFeed
    ) async throws -> (condition: DemoCondition, last: DemoSnapshot)? {
        _ = try await follow(&view, feed, timeout: .seconds(1)) { _ in false }
        view.record.beginUpdate()
        let former = Set(view.pods.map(\.name))
        for act in acts {
            switch act {
            case .until(let condition):
                let last = try await follow(&view, feed, timeout: Self.updateTimeout) {
                    $0.satisfies(condition, image: image, former: former)
                }
                guard last.satisfies(condition, image: image, former: former) else { return (condition, last) }
            case .hold:
                _ = try await follow(&view, feed, timeout: .seconds(2)) { _ in false }
            default:
                let told = try await carryOut(act, view.rollout)
                view.screen.say(told, at: clock.now)
            }
        }
        return nil
    }

    private func image(_ version: DemoImage) -> String {
        version == .next ? image ?? manifests.image(.next) : manifests.image(version)
    }

    /// Takes over what the watches deliver, looks at pods twenty times a second, until `isDone` or the timeout.
    ///
    /// - Returns: the last look.
    private func follow(
        _ view: inout View, _ feed: DemoFeed, timeout: Duration, until isDone: (DemoSnapshot) -> Bool
    ) async throws -> DemoSnapshot {
        let deadline = clock.now.advanced(by: timeout)
        while true {
            for arrival in feed.take() {
                if arrival.object.kind == ResourceKind.rollout.kind { view.rollout = arrival.object }
                if arrival.object.kind == ResourceKind.ingress.kind { view.ingress = arrival.object }
                view.record.add(snapshot(view, at: arrival.at))
            }
            view.pods = try await pods()
            let now = snapshot(view, at: clock.now)
            view.record.add(now)
            for ip in try place.reachableAddresses() { view.record.noteReachable(ip: ip, at: now.at) }
            view.screen.show(now, view.log.summary(former: manifests.image, now: now.at))
            if isDone(now) || now.at > deadline { return now }
            try await clock.runtime.sleep(Self.pollInterval)
        }
    }

    private func snapshot(_ view: View, at time: Timestamp) -> DemoSnapshot {
        DemoSnapshot(
            at: time, rollout: view.rollout, ingress: view.ingress, pods: view.pods, action: manifests.action)
    }

    private func pods() async throws -> [KubernetesObject] {
        let scope = WatchScope(namespace: manifests.rolloutKey.namespace, labels: manifests.selector)
        return try await client.list(.pod, scope).items
    }

    // MARK: verbs

    /// Sends the patches of an act.
    ///
    /// - Returns: what was done, for the screen.
    private func carryOut(_ act: DemoAct, _ rollout: KubernetesObject) async throws -> String {
        switch act {
        case .setImage(let version):
            try await send([RolloutVerb.setImage(of: "*", to: image(version), in: rollout)])
            return "set image \(image(version))"
        case .scale(let count):
            let replicas = (rollout.spec["replicas"]?.intValue ?? 1) + count
            try await send([RolloutVerb.Patch(["spec": ["replicas": .int(replicas)]])])
            return "scaled to \(replicas) replicas"
        case .abort:
            try await send([RolloutVerb.abort])
            return "aborted"
        case .promote:
            try await send(RolloutVerb.promote(rollout, .resume))
            return "promoted"
        case .promoteFull:
            try await send(RolloutVerb.promote(rollout, .full))
            return "promoted fully, without the remaining steps"
        case .restart:
            try await send([RolloutVerb.restart(at: clock.now)])
            return "restart of every pod asked for"
        case .delete:
            _ = try await client.perform(.delete(.init(.rollout, manifests.rolloutKey, propagation: .orphan)))
            return "deleted the Rollout; its ReplicaSets and pods stay"
        case .hold, .until:
            return ""
        }
    }

    private func send(_ patches: [RolloutVerb.Patch]) async throws {
        for patch in patches {
            _ = try await client.perform(
                .patch(.init(.rollout, manifests.rolloutKey, body: patch.body, subresource: patch.subresource)))
        }
    }

    // MARK: the load balancer

    private func listenerAddress() async throws -> String {
        let deadline = clock.now.advanced(by: .seconds(20))
        while clock.now < deadline {
            if let address = try place.loadBalancers().first?.listeners.first?.address { return address }
            try await clock.runtime.sleep(Self.pollInterval)
        }
        throw UsageProblem(
            "No load balancer listener appeared within 20 s for Ingress \(manifests.ingress); its events say why.")
    }

    /// Waits until every node of the load balancer answers: for as long as they may differ, each of a series of fresh
    /// connections has to get a 2xx.
    private func waitForAnswer(at address: String) async throws {
        let deadline = clock.now.advanced(by: .seconds(30))
        let needed = place.propagationDelay + .milliseconds(500)
        var answeringSince: Timestamp?
        var seen = "no response"
        while clock.now < deadline {
            var request = HTTPClientRequest(url: "http://\(address)/")
            request.headers.add(name: "connection", value: "close")
            do {
                let response = try await http.execute(request, timeout: .seconds(2))
                let isGood = (200..<300).contains(response.status.code)
                seen = "status \(response.status.code)"
                answeringSince = isGood ? answeringSince ?? clock.now : nil
            } catch {
                seen = "\(error)"
                answeringSince = nil
            }
            if let since = answeringSince, since.duration(to: clock.now) >= needed { return }
            try await clock.runtime.sleep(Self.pollInterval)
        }
        throw UsageProblem("http://\(address)/ did not answer with 2xx steadily within 30 s (last: \(seen)).")
    }

    private func report(_ view: View, _ problems: [String]) -> DemoReport {
        let summary = view.log.summary(former: manifests.image, now: clock.now)
        return DemoReport(
            scenario: scenario.rawValue, problems: problems, requests: summary.requests, failed: summary.failed,
            byStatus: view.log.byStatus, p50: summary.p50, p99: summary.p99, steps: view.record.steps,
            pods: view.record.sortedPods, wallSeconds: startedAt.duration(to: clock.now).inSeconds, seed: seed)
    }
}

/// What a run has seen so far, and where it shows it.
private struct View {
    var screen: DemoScreen
    var record = DemoRecord()
    var log = TrafficLog()
    var rollout = KubernetesObject([:])
    var ingress = KubernetesObject([:])
    var pods: [KubernetesObject] = []
}
