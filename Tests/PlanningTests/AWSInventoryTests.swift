import ELBModel
import KubernetesModel
import Planning
import Testing

/// An account of one load balancer, one listener and two target groups that counts what it is asked.
private struct Account {
    let balancer = LoadBalancer(
        arn: "arn:aws:elasticloadbalancing:r:1:loadbalancer/app/web/1", name: "web", dnsName: "web.elb",
        state: .init(code: .active))
    let listener: ListenerARN = "arn:aws:elasticloadbalancing:r:1:listener/app/web/1/2"
    var groups = ["a", "b"]
    var asked: [String] = []

    private func arn(_ name: String) -> TargetGroupARN {
        TargetGroupARN(rawValue: "arn:aws:elasticloadbalancing:r:1:targetgroup/\(name)/1")
    }

    mutating func answer(_ request: ELBRequest) -> ELBResponse {
        asked.append(request.operation)
        switch request {
        case .describeLoadBalancers: return .loadBalancers([balancer], nextMarker: nil)
        case .describeListeners:
            let found = Listener(arn: listener, loadBalancerARN: balancer.arn, port: 80)
            return .listeners([found], nextMarker: nil)
        case .describeRules:
            let forward = ForwardAction(
                targetGroups: groups.map { WeightedTargetGroup(arn: arn($0), weight: 50) })
            return .rules([Rule(arn: "arn:rule", priority: .last, actions: [.forward(forward)])], nextMarker: nil)
        case .describeTargetGroups:
            return .targetGroups(
                groups.map { TargetGroup(arn: arn($0), name: $0, loadBalancerARNs: [balancer.arn]) }, nextMarker: nil)
        case .describeTags(let call):
            return .tags(
                call.resourceARNs.map { arn in
                    TagDescription(resourceARN: arn, tags: [Tag(key: "of", value: arn)])
                })
        default: return .attributes([])
        }
    }

    /// Reads the load balancer with what is known, and keeps what was learned.
    mutating func read(
        _ inventory: inout AWSInventory, after: Timestamp? = nil, now: Timestamp
    ) -> (facts: LoadBalancerFacts?, asked: [String]) {
        asked = []
        var procedure = ObservationProcedure(
            .loadBalancer(dnsName: "web.elb"), known: inventory, after: after, now: now)
        var step = procedure.start()
        while case .call(let request) = step { step = procedure.receive(answer(request)) }
        inventory.merge(procedure.learned)
        guard case .done(.loadBalancer(let facts)) = step else { return (nil, asked) }
        return (facts, asked)
    }
}

@Suite("What reads of AWS share") struct AWSInventoryTests {
    private let start = Timestamp(seconds: 1_000)
    private let all = [
        "DescribeLoadBalancers", "DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTags",
    ]

    @Test func `the second read of a load balancer takes its rules only, and now and then its listeners`() {
        var account = Account()
        var inventory = AWSInventory()
        let first = account.read(&inventory, now: start)
        let second = account.read(&inventory, now: start.advanced(by: .seconds(1)))
        #expect(first.asked == all)
        let later = account.read(&inventory, now: start.advanced(by: .seconds(6)))
        #expect(second.asked == ["DescribeRules"])
        #expect(later.asked == ["DescribeListeners", "DescribeRules"])
        #expect(second.facts == first.facts)
        #expect(second.facts?.targetGroups.count == 2)
    }

    @Test func `reads of one moment share listeners and rules, unless they must be younger than a write`() {
        var account = Account()
        var inventory = AWSInventory()
        _ = account.read(&inventory, now: start)
        let soon = start.advanced(by: .milliseconds(100))
        let shared = account.read(&inventory, now: soon).asked
        let younger = account.read(&inventory, after: start, now: soon).asked
        #expect(shared.isEmpty)
        #expect(younger == ["DescribeListeners", "DescribeRules"])
    }

    @Test func `a rule that names an unknown target group has the groups read anew`() {
        var account = Account()
        var inventory = AWSInventory()
        _ = account.read(&inventory, now: start)
        account.groups.append("c")
        let next = account.read(&inventory, now: start.advanced(by: .seconds(1)))
        #expect(next.asked == ["DescribeRules", "DescribeTargetGroups", "DescribeTags"])
        #expect(next.facts?.targetGroups.map(\.targetGroup.name) == ["a", "b", "c"])
    }

    @Test func `what Weir changes is read anew, also when the read began before the change`() {
        var account = Account()
        var inventory = AWSInventory()
        _ = account.read(&inventory, now: start)
        let change = start.advanced(by: .seconds(1))
        inventory.changed(by: .deleteTargetGroup(.init(arn: "arn:c")), now: change)
        var late = AWSInventory()
        _ = account.read(&late, now: start.advanced(by: .milliseconds(500)))
        inventory.merge(late)
        let next = account.read(&inventory, now: change.advanced(by: .seconds(1)))
        #expect(next.asked.contains("DescribeTargetGroups"))
    }

    @Test func `lists, groups and tags grow old`() {
        var account = Account()
        var inventory = AWSInventory()
        _ = account.read(&inventory, now: start)
        let half = account.read(&inventory, now: start.advanced(by: .seconds(31)))
        #expect(half.asked.first == "DescribeListeners")
        let later = account.read(&inventory, now: start.advanced(by: .seconds(700)))
        #expect(later.asked == all)
    }

    @Test func `the name of both IP versions leads to the same load balancer`() {
        var account = Account()
        var procedure = ObservationProcedure(.loadBalancer(dnsName: "dualstack.WEB.elb"))
        var step = procedure.start()
        while case .call(let request) = step { step = procedure.receive(account.answer(request)) }
        guard case .done(.loadBalancer(let facts)) = step else {
            Issue.record("no facts: \(step)")
            return
        }
        #expect(facts?.loadBalancer == account.balancer)
    }
}
