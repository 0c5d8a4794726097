console.log("fidelity: later");
