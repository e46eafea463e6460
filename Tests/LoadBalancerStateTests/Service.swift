import ELBModel
import KubernetesModel
import LoadBalancerState
import RequestRouting
import Testing

let start = Timestamp(seconds: 1_767_225_600)

/// The service with a clock that tests move.
struct Service {
    var state: LoadBalancerState
    var now = start

    init(seed: UInt64 = 1, _ change: (inout LoadBalancerConfiguration) -> Void = { _ in }) {
        var configuration = LoadBalancerConfiguration()
        configuration.provisioningDelay = .zero
        configuration.registrationDelay = .seconds(1)
        configuration.propagationDelay = .zero ... .zero
        change(&configuration)
        state = LoadBalancerState(configuration: configuration, seed: seed)
    }

    @discardableResult
    mutating func call(_ request: ELBRequest) throws(ELBFailure) -> ELBResponse {
        try state.handle(request, now: now).get()
    }

    mutating func wait(_ duration: Duration) {
        now = now.advanced(by: duration)
        state.advance(to: now)
    }

    /// The refusal of a call which must be refused.
    mutating func refusal(_ request: ELBRequest, _ place: SourceLocation = #_sourceLocation) -> ELBFailure? {
        switch state.handle(request, now: now) {
        case .success(let answer):
            Issue.record("\(request) was not refused: \(answer)", sourceLocation: place)
            return nil
        case .failure(let failure): return failure
        }
    }
}

/// Answers of a shape that the test knows.
extension ELBResponse {
    var loadBalancerList: [LoadBalancer] {
        if case .loadBalancers(let items, _) = self { items } else { [] }
    }
    var listenerList: [Listener] {
        if case .listeners(let items, _) = self { items } else { [] }
    }
    var ruleList: [Rule] {
        if case .rules(let items, _) = self { items } else { [] }
    }
    var groupList: [TargetGroup] {
        if case .targetGroups(let items, _) = self { items } else { [] }
    }
    var health: [TargetHealthDescription] {
        if case .targetHealth(let items) = self { items } else { [] }
    }
    var attributes: [String: String] {
        guard case .attributes(let items) = self else { return [:] }
        return Dictionary(uniqueKeysWithValues: items.map { ($0.key, $0.value) })
    }
}

let subnets = ["subnet-0a000000000000001", "subnet-0b000000000000002"]
let notFound = Action.fixedResponse(.init(statusCode: 404, contentType: "text/plain", messageBody: "no"))

func forward(_ arns: TargetGroupARN...) -> Action {
    .forward(ForwardAction(targetGroups: arns.map { .init(arn: $0) }))
}

func forward(_ weights: [(TargetGroupARN, Int)]) -> Action {
    .forward(ForwardAction(targetGroups: weights.map { .init(arn: $0.0, weight: $0.1) }))
}

/// Short forms of the calls that most tests begin with.
extension Service {
    mutating func makeLoadBalancer(_ name: String = "web") throws(ELBFailure) -> LoadBalancerARN {
        try call(.createLoadBalancer(.init(name: name, subnets: subnets))).loadBalancerList[0].arn
    }

    mutating func makeListener(
        on arn: LoadBalancerARN, port: Int = 80, _ action: Action = notFound
    ) throws(ELBFailure) -> ListenerARN {
        let call = ELBRequest.CreateListener(
            loadBalancerARN: arn, protocol: .http, port: port, defaultActions: [action])
        return try self.call(.createListener(call)).listenerList[0].arn
    }

    mutating func makeGroup(
        _ name: String = "a", check: HealthCheckSettings = .init(intervalSeconds: 10)
    ) throws(ELBFailure) -> TargetGroupARN {
        let call = ELBRequest.CreateTargetGroup(
            name: name, protocol: .http, port: 8080, vpcID: "vpc-0a1b2c3d4e5f60718", healthCheck: check, targetType: .ip
        )
        return try self.call(.createTargetGroup(call)).groupList[0].arn
    }

    mutating func makeRule(
        _ listener: ListenerARN, _ priority: Int, _ path: String = "/x", _ action: Action = notFound
    ) throws(ELBFailure) -> RuleARN {
        let call = ELBRequest.CreateRule(
            listenerARN: listener, conditions: [.pathPattern([path])], priority: priority, actions: [action])
        return try self.call(.createRule(call)).ruleList[0].arn
    }

    mutating func register(_ ids: String..., in group: TargetGroupARN) throws(ELBFailure) {
        try call(.registerTargets(.init(targetGroupARN: group, targets: ids.map { Target(id: $0) })))
    }

    mutating func deregister(_ ids: String..., in group: TargetGroupARN) throws(ELBFailure) {
        try call(.deregisterTargets(.init(targetGroupARN: group, targets: ids.map { Target(id: $0) })))
    }

    mutating func health(_ group: TargetGroupARN) throws(ELBFailure) -> [String] {
        try call(.describeTargetHealth(.init(targetGroupARN: group))).health.map(\.description)
    }

    /// Makes the checks that are due and answers them; returns the probed hosts.
    @discardableResult
    mutating func check(_ result: HealthCheckResult = .status(200)) -> [String] {
        let probes = state.healthChecksDue(now: now)
        for probe in probes { state.record(result, for: probe, now: now) }
        return probes.map(\.address.host)
    }

    /// The hosts of a node's view which are in a state.
    func hosts(_ balancer: LoadBalancerARN, _ group: TargetGroupARN, _ wanted: RoutableTarget.State) -> [String] {
        let view = state.dataPlane(of: balancer, node: 0, now: now)
        return view?.targetGroups[group]?.targets.filter { $0.state == wanted }.map(\.address.host) ?? []
    }
}
