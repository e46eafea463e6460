import ELBModel
import RequestRouting

let groupA: TargetGroupARN = "arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/a/1"
let groupB: TargetGroupARN = "arn:aws:elasticloadbalancing:us-west-2:1:targetgroup/b/2"
let start: Int64 = 1_767_225_600

/// A load balancer with one HTTP listener whose default rule has one action.
func configuration(
    _ action: Action, port: Int = 80,
    groups: [TargetGroupConfiguration] = [group(groupA, 1...1), group(groupB, 11...11)]
) -> DataPlaneConfiguration {
    let rule = Rule(arn: "arn:default", priority: .last, actions: [action])
    return DataPlaneConfiguration(
        version: 1, loadBalancer: "arn:lb", dnsName: "web-1.us-west-2.elb.amazonaws.com",
        listeners: [ListenerConfiguration(arn: "arn:listener", port: port, protocol: .http, rules: [rule])],
        targetGroups: Dictionary(uniqueKeysWithValues: groups.map { ($0.arn, $0) }))
}

/// A group whose targets are 10.0.0.n:8080, all in one state.
func group(
    _ arn: TargetGroupARN, _ numbers: ClosedRange<Int>, _ state: RoutableTarget.State = .healthy,
    stickiness: TargetStickiness = .off
) -> TargetGroupConfiguration {
    TargetGroupConfiguration(
        arn: arn, stickiness: stickiness,
        targets: numbers.map { RoutableTarget(TargetAddress(host: "10.0.0.\($0)", port: 8080), state) })
}

func weights(_ a: Int?, _ b: Int?, sticky seconds: Int? = nil) -> Action {
    .forward(
        ForwardAction(
            targetGroups: [.init(arn: groupA, weight: a), .init(arn: groupB, weight: b)],
            stickiness: seconds.map { .init(isEnabled: true, durationSeconds: $0) }))
}

func only(_ arn: TargetGroupARN) -> Action { .forward(ForwardAction(targetGroups: [.init(arn: arn, weight: 1)])) }

func makeRouter(seed: UInt64 = 1, key: UInt64 = 9) -> RequestRouter {
    RequestRouter(seed: seed, cookieKey: CookieKey(seed: key))
}

func get(_ target: String = "/", _ headers: [HeaderField] = []) -> RequestHead {
    RequestHead(
        method: "GET", target: target, headers: [HeaderField("Host", "shop.example")] + headers, sourceIP: "10.9.8.7")
}

extension RoutingDecision {
    var forwarded: ForwardDecision? {
        guard case .forward(let decision) = outcome else { return nil }
        return decision
    }

    var answer: GeneratedResponse? {
        guard case .respond(let answer) = outcome else { return nil }
        return answer
    }
}

extension RequestRouter {
    /// Routes on port 80 at `start` or so many seconds later.
    mutating func send(
        _ head: RequestHead, _ configuration: DataPlaneConfiguration, port: Int = 80, after seconds: Int64 = 0
    ) -> RoutingDecision? {
        route(head, listenerPort: port, in: configuration, nowSeconds: start + seconds)
    }

    /// Routes a plain request.
    mutating func send(_ configuration: DataPlaneConfiguration, port: Int = 80) -> RoutingDecision? {
        send(get(), configuration, port: port)
    }
}
