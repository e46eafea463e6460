import AWSSigning
import ELBEndpoint
import ELBModel
import KubernetesModel
import LoadBalancerState
import Testing

@Suite("Answering calls of the Query protocol")
struct QueryDispatcherTests {
    static let now = Timestamp(seconds: 1_767_225_600)
    let store = LoadBalancerStore(state: LoadBalancerState(), now: { Self.now })

    func request(_ form: String, signedWith secret: String? = "weir-sandbox") -> EndpointRequest {
        var request = SignableRequest(method: "POST", headers: [("host", "h:1")], body: Array(form.utf8))
        if let secret {
            request.headers += SignatureV4.headers(
                signing: request, with: SigningKeyPair(accessKeyID: "weir", secretAccessKey: secret),
                region: "us-west-2", service: "elasticloadbalancing",
                at: SigningTime(secondsSince1970: Self.now.secondsSinceEpoch))
        }
        return EndpointRequest(method: "POST", headers: request.headers, body: request.body)
    }

    func answer(_ request: EndpointRequest) -> EndpointAnswer {
        let verifier = SignatureVerifier(secrets: ["weir": "weir-sandbox"])
        return QueryDispatcher(store: store, verifier: verifier).answer(request, requestID: "id-1")
    }

    @Test func `a signed call is answered with result and request id`() {
        let answer = answer(request("Action=DescribeLoadBalancers&Version=2015-12-01"))
        #expect(answer.status == 200)
        #expect(answer.body.contains("<DescribeLoadBalancersResult><LoadBalancers/></DescribeLoadBalancersResult>"))
        #expect(answer.body.contains("<RequestId>id-1</RequestId>"))
    }

    @Test func `a void operation has its result element`() {
        let form =
            "Action=DeleteTargetGroup&Version=2015-12-01&TargetGroupArn=arn%3Aaws%3Aelasticloadbalancing"
            + "%3Aus-west-2%3A123456789012%3Atargetgroup%2Fx%2F0123456789abcdef"
        #expect(answer(request(form)).body.contains("<DeleteTargetGroupResult/>"))
    }

    @Test(
        "refuses what it does not know, always in XML",
        arguments: [
            ("Action=Nope&Version=2015-12-01", 400, "InvalidAction"),
            ("Action=DescribeLoadBalancers&Version=2012-06-01", 400, "InvalidAction"),
            ("Version=2015-12-01", 400, "MissingAction"),
            ("Action=DescribeTags&Version=2015-12-01", 400, "ValidationError"),
            ("Action=AssumeRole&Version=2011-06-15", 400, "InvalidAction"),
            ("Action=%zz", 400, "ValidationError"),
        ])
    func refused(form: String, status: Int, code: String) {
        let answer = answer(request(form))
        #expect(answer.status == status)
        #expect(answer.errorCode == code)
        #expect(answer.body.contains("<ErrorResponse") && answer.body.contains("<Code>\(code)</Code>"))
    }

    @Test func `unsigned and wrongly signed calls are refused before anything else`() {
        let unsigned = answer(request("Action=Nope", signedWith: nil))
        #expect(unsigned.status == 403 && unsigned.errorCode == "MissingAuthenticationToken")
        let wrong = answer(request("Action=DescribeLoadBalancers&Version=2015-12-01", signedWith: "other"))
        #expect(wrong.status == 403 && wrong.errorCode == "SignatureDoesNotMatch")
    }

    @Test func `without verification the same call by GET needs no signature`() {
        let get = EndpointRequest(method: "GET", query: "Action=DescribeAccountLimits&Version=2015-12-01")
        let answer = QueryDispatcher(store: store, verifier: nil).answer(get, requestID: "r")
        #expect(answer.status == 200 && answer.operation == "DescribeAccountLimits")
    }

    @Test func `other paths and methods are refused`() {
        let dispatcher = QueryDispatcher(store: store, verifier: nil)
        let path = dispatcher.answer(EndpointRequest(method: "POST", path: "/x"), requestID: "r")
        #expect(path.status == 404 && path.body.contains("'/x'"))
        #expect(dispatcher.answer(EndpointRequest(method: "PUT"), requestID: "r").status == 405)
    }

    @Test func `the caller's identity is told`() {
        let answer = answer(request("Action=GetCallerIdentity&Version=2011-06-15"))
        #expect(answer.body.contains("<Arn>arn:aws:iam::123456789012:user/weir</Arn>"))
    }
}
