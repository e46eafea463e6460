"""Jobs, Deployments, disruption budgets and namespaces in the sandbox, with kubectl."""
from conftest import wait_until


def test_a_job_runs_to_its_end(sandbox):
    sandbox.kubectl("create", "job", "hello", "--image=busybox:1", "--", "sh", "-c", "echo hello; sleep 1")
    sandbox.kubectl("wait", "--for=condition=complete", "job/hello", "--timeout=30s")
    status = sandbox.get("job", "hello")["status"]
    assert status["succeeded"] == 1 and status["completionTime"], status
    pod = sandbox.get("pods", "-l", "job-name=hello")["items"][0]
    assert pod["status"]["phase"] == "Succeeded"
    assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["reason"] == "Completed"
    assert "Job completed" in sandbox.kubectl("describe", "job", "hello").stdout
    sandbox.kubectl("delete", "job", "hello")
    wait_until(lambda: not sandbox.get("pods", "-l", "job-name=hello")["items"], "the Job's pod to go", 20)


def test_a_job_that_fails_says_so(sandbox):
    sandbox.apply("""
apiVersion: batch/v1
kind: Job
metadata: {name: broken}
spec:
  backoffLimit: 0
  template:
    spec:
      restartPolicy: Never
      containers:
      - {name: work, image: "busybox:1", env: [
          {name: WEIR_EXIT_AFTER_SECONDS, value: "0.5"}, {name: WEIR_EXIT_CODE, value: "3"}]}
""")
    sandbox.kubectl("wait", "--for=condition=failed", "job/broken", "--timeout=30s")
    pod = sandbox.get("pods", "-l", "job-name=broken")["items"][0]
    assert pod["status"]["phase"] == "Failed"
    assert pod["status"]["containerStatuses"][0]["state"]["terminated"]["exitCode"] == 3
    conditions = sandbox.get("job", "broken")["status"]["conditions"]
    assert "BackoffLimitExceeded" in [one.get("reason") for one in conditions]


def test_a_program_that_ends_is_started_again(sandbox):
    sandbox.kubectl("run", "again", "--image=busybox:1", "--command", "--", "sleep", "1")
    restarts = wait_until(
        lambda: [one["restartCount"] for one in sandbox.get("pod", "again")["status"].get("containerStatuses", [])
                 if one["restartCount"] > 0], "a restart", 20)
    assert restarts
    sandbox.kubectl("delete", "pod", "again", "--grace-period=1")


def test_a_deployment_is_rolled_out_and_back(sandbox):
    sandbox.kubectl("create", "deployment", "plain", "--image=web:1", "--replicas=2")
    sandbox.kubectl("rollout", "status", "deployment/plain", "--timeout=60s")
    sandbox.kubectl("set", "image", "deployment/plain", "web=web:2")
    sandbox.kubectl("rollout", "status", "deployment/plain", "--timeout=60s")
    images = {pod["spec"]["containers"][0]["image"] for pod in sandbox.get("pods", "-l", "app=plain")["items"]
              if not pod["metadata"].get("deletionTimestamp")}
    assert images == {"web:2"}
    sandbox.kubectl("rollout", "undo", "deployment/plain")
    sandbox.kubectl("rollout", "status", "deployment/plain", "--timeout=60s")
    deployment = sandbox.get("deployment", "plain")
    assert deployment["spec"]["template"]["spec"]["containers"][0]["image"] == "web:1"
    assert deployment["metadata"]["annotations"]["deployment.kubernetes.io/revision"] == "3"
    assert "3" in sandbox.kubectl("rollout", "history", "deployment/plain").stdout


def test_a_budget_allows_what_it_says(sandbox):
    sandbox.kubectl("create", "deployment", "guarded", "--image=web:1", "--replicas=2")
    # By manifest: `kubectl create` of 1.20 knows only policy/v1beta1.
    sandbox.apply('{"apiVersion":"policy/v1","kind":"PodDisruptionBudget","metadata":{"name":"guard"},'
                  '"spec":{"minAvailable":1,"selector":{"matchLabels":{"app":"guarded"}}}}')
    sandbox.kubectl("rollout", "status", "deployment/guarded", "--timeout=60s")
    wait_until(lambda: sandbox.get("pdb", "guard")["status"]["disruptionsAllowed"] == 1, "one disruption allowed", 20)
    status = sandbox.get("pdb", "guard")["status"]
    assert [status[name] for name in ("expectedPods", "currentHealthy", "desiredHealthy")] == [2, 2, 1], status


def test_namespaces_are_furnished_and_go(sandbox):
    sandbox.kubectl("create", "namespace", "furnished")
    wait_until(lambda: sandbox.get("serviceaccounts", "-n", "furnished")["items"], "the default ServiceAccount", 10)
    wait_until(lambda: sandbox.get("configmaps", "-n", "furnished")["items"], "the root certificates", 10)
    sandbox.apply('{"apiVersion":"argoproj.io/v1alpha1","kind":"AnalysisRun",'
                  '"metadata":{"name":"a","namespace":"furnished"},"spec":{}}')
    sandbox.kubectl("delete", "namespace", "furnished", "--timeout=30s")
    assert sandbox.kubectl("get", "namespace", "furnished", check=False).returncode != 0
