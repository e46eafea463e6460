import ControllerRuntime
import ELBModel
import KubernetesModel
import LoadBalancerState
import Testing

private let arn = TargetGroupARN("arn:aws:elasticloadbalancing:r:1:targetgroup/a/1")
private let read = ELBRequest.describeTargetHealth(.init(targetGroupARN: arn))
private let modify = ELBRequest.modifyTargetGroup(.init(arn: arn))

@Suite("The budget of AWS calls against an account") struct CallBudgetAccountTests {
    @Test(arguments: [UInt64(1), 2, 3])
    func `within the budget the account's own buckets never refuse`(seed: UInt64) {
        var configuration = LoadBalancerConfiguration()
        configuration.isThrottling = true
        var account = LoadBalancerState(configuration: configuration, seed: seed)
        var generator = DrawnCalls(state: seed)
        var budget = CallBudget()
        var now = Timestamp(seconds: 1_000)
        var waiting: [(ELBRequest, CallBudget.Ticket)] = []
        var sent = 0
        let requests = [
            read, modify, .describeLoadBalancers(.init()), .deregisterTargets(.init(targetGroupARN: arn, targets: [])),
        ]
        for _ in 0..<2_000 {
            for _ in 0..<Int.random(in: 0...2, using: &generator) where waiting.count < 20 {
                let request = requests[Int.random(in: 0..<requests.count, using: &generator)]
                let lane = CallLane.allCases[Int.random(in: 0..<5, using: &generator)]
                waiting.append((request, budget.enter(request, lane: lane, now: now)))
            }
            waiting.removeAll { request, ticket in
                guard budget.poll(ticket, now: now) == .go else { return false }
                sent += 1
                if case .failure(let failure) = account.handle(request, now: now) {
                    #expect(!failure.isThrottling, "call \(sent)")
                }
                return true
            }
            now = now.advanced(by: .milliseconds(Int64.random(in: 1...100, using: &generator)))
        }
        #expect(sent > 500)
    }
}

private struct DrawnCalls: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 29)
    }
}
