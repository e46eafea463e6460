import ELBModel
import KubernetesModel
import Planning
import Testing

@Suite("Reading AWS") struct ObservationProcedureTests {
    let wanted = LoadBalancer.sample("wanted")
    let other = LoadBalancer.sample("other")

    /// Answers each call of a procedure from `answer`, and returns the operations that were called and the facts.
    private func run(
        _ subject: ObservationSubject, _ answer: (ELBRequest) -> ELBResponse
    ) -> (operations: [String], facts: ObservedFacts?) {
        var procedure = ObservationProcedure(subject)
        var operations: [String] = []
        var step = procedure.start()
        while case .call(let request) = step, operations.count < 50 {
            operations.append(request.operation)
            step = procedure.receive(answer(request))
        }
        if case .done(let facts) = step { return (operations, facts) }
        return (operations, nil)
    }

    @Test("a load balancer on the second page is found, whatever the case of its name") func secondPage() {
        let result = run(.loadBalancer(dnsName: wanted.dnsName.uppercased())) { request in
            switch request {
            case .describeLoadBalancers(let call):
                call.marker == nil
                    ? .loadBalancers([other], nextMarker: "2") : .loadBalancers([wanted], nextMarker: nil)
            case .describeListeners: .listeners([], nextMarker: nil)
            case .describeTargetGroups: .targetGroups([], nextMarker: nil)
            default: .tags([])
            }
        }
        guard case .loadBalancer(let facts) = result.facts else {
            Issue.record("no facts: \(result)")
            return
        }
        #expect(facts?.loadBalancer == wanted)
        #expect(
            result.operations == [
                "DescribeLoadBalancers", "DescribeLoadBalancers", "DescribeListeners", "DescribeTags",
            ])
    }

    @Test("a load balancer that does not exist is an answer, not an error") func missing() {
        let result = run(.loadBalancer(dnsName: "gone.example.com")) { _ in .loadBalancers([other], nextMarker: nil) }
        #expect(result.facts == .loadBalancer(nil))
    }

    @Test("a stack is what carries both of its tags; tags are read twenty at a time") func stack() {
        let many = (0..<30).map { LoadBalancer.sample("other-\($0)") } + [wanted]
        let id = StackID(cluster: "c", name: "shop/web")
        let result = run(.stack(id)) { request in
            switch request {
            case .describeLoadBalancers: .loadBalancers(many, nextMarker: nil)
            case .describeTargetGroups: .targetGroups([], nextMarker: nil)
            case .describeTags(let call):
                .tags(
                    call.resourceARNs.map { arn in
                        var tags = [Tag(key: "elbv2.k8s.aws/cluster", value: "c")]
                        if arn == wanted.arn.rawValue { tags.append(Tag(key: "ingress.k8s.aws/stack", value: id.name)) }
                        return TagDescription(resourceARN: arn, tags: tags)
                    })
            case .describeListeners: .listeners([], nextMarker: nil)
            default: .attributes([])
            }
        }
        guard case .stack(let facts) = result.facts else {
            Issue.record("no facts: \(result)")
            return
        }
        #expect(facts.loadBalancers.map(\.loadBalancer) == [wanted])
        #expect(result.operations.filter { $0 == "DescribeTags" }.count == 2)
    }
}

extension LoadBalancer {
    fileprivate static func sample(_ name: String) -> LoadBalancer {
        let prefix = "arn:aws:elasticloadbalancing:us-west-2:123456789012:loadbalancer"
        return LoadBalancer(
            arn: LoadBalancerARN(rawValue: "\(prefix)/app/\(name)/0123456789abcdef"), name: name,
            dnsName: "\(name)-1.us-west-2.elb.amazonaws.com", state: State(code: .active))
    }
}
