import ELBModel
import LoadBalancerState
import Testing

@Suite("Faults and throttling") struct TrafficTests {
    @Test func `an injected failure hits the named operation, so many times`() throws {
        var service = Service()
        service.state.throttleNext("DescribeLoadBalancers", count: 2)
        let balancer = try service.makeLoadBalancer()
        for _ in 0..<2 { #expect(service.refusal(.describeLoadBalancers(.init()))?.isThrottling == true) }
        #expect(try service.call(.describeLoadBalancers(.init())).loadBalancerList.map(\.arn) == [balancer])
        #expect(service.state.callCounts["DescribeLoadBalancers"] == 3)
    }

    @Test func `failures end before their number is reached`() throws {
        var service = Service()
        service.state.throttleNext(nil, count: 1_000)
        service.state.throttleNext("DescribeLoadBalancers", count: 1_000)
        #expect(service.refusal(.describeLoadBalancers(.init()))?.isThrottling == true)
        service.state.endFaults()
        #expect(try service.call(.describeLoadBalancers(.init())).loadBalancerList.isEmpty)
    }

    @Test func `a lost answer leaves the effect, a plain failure does not`() throws {
        var service = Service()
        let failure = ELBFailure(.internalFailure, "lost")
        let call = ELBRequest.createLoadBalancer(.init(name: "web", subnets: subnets))
        service.state.failNext("CreateLoadBalancer", with: failure)
        #expect(service.refusal(call) == failure)
        #expect(service.state.allLoadBalancers.isEmpty)
        service.state.failNext(nil, with: failure, appliesCall: true)
        #expect(service.refusal(call) == failure)
        #expect(service.state.allLoadBalancers.count == 1)
        let again = try service.call(call).loadBalancerList
        #expect(again == service.state.allLoadBalancers)
    }

    @Test func `calls beyond the budget are refused until it refills`() throws {
        var service = Service { $0.isThrottling = true }
        let tags = ELBRequest.describeLoadBalancers(.init())
        for _ in 0..<40 { try service.call(tags) }
        #expect(service.refusal(tags) == ELBFailure(.throttling, "Rate exceeded"))
        service.wait(.milliseconds(100))
        try service.call(tags)
        #expect(service.refusal(tags)?.code == .throttling)
    }

    @Test func `changes have a smaller budget of their own`() throws {
        var service = Service { $0.isThrottling = true }
        let group = try service.makeGroup()
        let call = ELBRequest.addTags(.init(resourceARNs: [group.rawValue], tags: [.init(key: "a")]))
        for _ in 0..<19 { try service.call(call) }
        #expect(service.refusal(call)?.code == .throttling)
        #expect(try service.call(.describeTargetGroups(.init())).groupList.count == 1)
        try service.register("10.0.0.1", in: group)
    }

    @Test func `without throttling nothing is counted against a budget`() throws {
        var service = Service()
        for _ in 0..<500 { try service.call(.describeLoadBalancers(.init())) }
    }
}
