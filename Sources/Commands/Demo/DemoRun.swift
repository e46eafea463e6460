import AsyncHTTPClient
import ControllerRuntime
import JSON
import KubernetesClient
import KubernetesModel
import Logging
import NIOCore
import NIOHTTP1
import RolloutPlanning
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
    var image: String
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
        let driver = TrafficDriver(address: address, host: "checkout.example.com", rate: rate, log: log)
        let last = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await driver.run(using: http) }
            let last = try await update(&view, feed)
            group.cancelAll()
            return last
        }
        view.record.count(
            log, image: image, lag: place.propagationDelay, margin: Self.margin, now: clock.now)
        return report(view, scenario.problems(view.record, log, last: last, image: image))
    }

    private func update(_ view: inout View, _ feed: DemoFeed) async throws -> DemoSnapshot {
        try await clock.runtime.sleep(.seconds(1))
        view.record.beginUpdate()
        try await setImage(image)
        view.screen.say("set image \(image)", at: clock.now)
        switch scenario {
        case .canary:
            return try await follow(&view, feed, timeout: Self.updateTimeout) { snapshot in
                snapshot.isSettled && snapshot.pods.allSatisfy { $0.firstImage == image }
            }
        case .abort:
            let half = try await followToHalf(&view, feed)
            guard half.confirmedWeight == 50 else { return half }
            try await abort()
            view.screen.say("aborted at 50 %", at: clock.now)
            return try await follow(&view, feed, timeout: Self.updateTimeout) { snapshot in
                snapshot.isAborted && snapshot.confirmedWeight == 0
                    && snapshot.pods.allSatisfy { $0.firstImage != image }
            }
        case .rollback:
            let half = try await followToHalf(&view, feed)
            guard half.confirmedWeight == 50 else { return half }
            try await setImage(manifests.image)
            view.screen.say("rolled back to \(manifests.image) at 50 %", at: clock.now)
            return try await follow(&view, feed, timeout: Self.updateTimeout) { snapshot in
                snapshot.isSettled && snapshot.pods.allSatisfy { $0.firstImage == manifests.image }
            }
        }
    }

    /// Until the canary has had half of the traffic for two seconds; the step there lasts longer.
    private func followToHalf(_ view: inout View, _ feed: DemoFeed) async throws -> DemoSnapshot {
        let half = try await follow(&view, feed, timeout: Self.updateTimeout) { $0.confirmedWeight == 50 }
        if half.confirmedWeight == 50 { try await clock.runtime.sleep(.seconds(2)) }
        return half
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
            view.screen.show(now, view.log.summary(canary: image, now: now.at))
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

    private func setImage(_ image: String) async throws {
        let patch: JSONValue = [
            ["op": "replace", "path": "/spec/template/spec/containers/0/image", "value": .string(image)]
        ]
        _ = try await client.perform(.patch(.init(.rollout, manifests.rolloutKey, type: .json, body: patch)))
    }

    private func abort() async throws {
        let body: JSONValue = ["status": ["abort": true]]
        _ = try await client.perform(
            .patch(.init(.rollout, manifests.rolloutKey, body: body, subresource: "status")))
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
        let summary = view.log.summary(canary: image, now: clock.now)
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
